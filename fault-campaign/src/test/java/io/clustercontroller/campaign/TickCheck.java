package io.clustercontroller.campaign;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.clustercontroller.event.JobCompletedEvent;
import io.clustercontroller.testing.Fact;

/**
 * What has become of each tick of the job that is due every second. None may have run
 * twice. One that has not run needs a reason: a newer one came due before anybody could
 * run it, which is what {@code Misfire.RUN_ONCE} says, or it was claimed by a master that
 * was killed or frozen at that moment. A second in which nothing was wrong is none.
 */
final class TickCheck {

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	/** What is wrong is felt for as long as a client needs to notice that it is over. */
	private static final long AFTERMATH = 2 * SECOND;

	/**
	 * A node that was cut off from the others answers no read before it follows their
	 * leader again, which took up to 4.7 s with etcd 3.6.
	 */
	private static final long AFTERMATH_OF_SPLIT = 5 * SECOND;

	/** A process of a busy machine that stands still for longer cannot be blamed. */
	private static final long STALL = SECOND / 2;

	/** Long enough for the first run of all. */
	private static final long FIRST = 10 * SECOND;

	private final Course course;

	private final List<Mastership> masterships;

	private final Map<Long, Tick> rows = new TreeMap<>();

	/** When the run of a tick had ended, with its ledger. */
	private final Map<Long, Long> completions = new HashMap<>();

	/** Ticks that were run, but whose work threw: it reads the ledger in etcd. */
	private final Set<Long> failed = new HashSet<>();

	private final Map<String, Integer> reasons = new TreeMap<>();

	private final Map<String, Integer> excuses = new TreeMap<>();

	private final List<Finding> findings = new ArrayList<>();

	TickCheck(Course course, List<Mastership> masterships) {
		this.course = course;
		this.masterships = masterships;
		for (Tick tick : course.ticks()) {
			Tick first = this.rows.putIfAbsent(tick.tick(), tick);
			if (first != null) {
				this.findings.add(new Finding("job", tick.at(), "tick %d was run by %s with token %d and by %s with %d"
					.formatted(tick.tick(), first.life(), first.token(), tick.life(), tick.token())));
			}
		}
		for (Life life : course.lives()) {
			for (Fact fact : life.facts()) {
				if (fact.type().equals(JobCompletedEvent.class.getSimpleName())) {
					String detail = fact.detail("tick");
					if (!detail.isEmpty()) {
						long tick = Instant.parse(detail).toEpochMilli();
						this.completions.put(tick, fact.at());
						if (fact.detail("outcome").equals("FAILED")) {
							this.failed.add(tick);
						}
					}
				}
			}
		}
		lookForLost();
	}

	List<Finding> findings() {
		return this.findings;
	}

	/** How many ticks have not run, by reason. */
	Map<String, Integer> reasons() {
		return this.reasons;
	}

	/**
	 * How many have not run because something was wrong, by the kind of fault where it
	 * was the only one. One that is no reason to pass a tick over would show up here.
	 */
	Map<String, Integer> excuses() {
		return this.excuses;
	}

	int runs() {
		return this.rows.size();
	}

	private void lookForLost() {
		if (this.masterships.isEmpty() || this.rows.isEmpty()) {
			return;
		}
		// a job begins with the first tick after its first start; the last master was
		// told to stop
		long first = this.rows.keySet().iterator().next();
		checkFirst(first);
		long last = wall(this.masterships.get(this.masterships.size() - 1).end()) - 2000;
		Set<Long> claimedAhead = claimedAhead(first, last);
		for (long tick = first; tick <= last; tick += 1000) {
			if (!this.rows.containsKey(tick)) {
				String reason = claimedAhead.contains(tick) ? "passed over by a clock that was ahead" : reason(tick);
				if (reason.isEmpty()) {
					this.reasons.merge("lost", 1, Integer::sum);
					this.findings.add(new Finding("job", nano(tick),
							"tick %d was not run, and there was nothing in its way. %s".formatted(tick, around(tick))));
				}
				else {
					this.reasons.merge(reason, 1, Integer::sum);
				}
			}
		}
	}

	/** Nobody would miss what is due before the first run. */
	private void checkFirst(long first) {
		Mastership master = this.masterships.get(0);
		long planned = Math.max(master.begin(), startedAt(master.life()));
		if (planned < master.end() - FIRST && nano(first) - planned > FIRST) {
			this.findings.add(new Finding("job", planned, "the first tick that was run was due %d s after %s was master"
				.formatted(TimeUnit.NANOSECONDS.toSeconds(nano(first) - planned), master.life().name())));
		}
	}

	/** Ticks for which a newer one had run before they were due. */
	private Set<Long> claimedAhead(long first, long last) {
		Set<Long> found = new HashSet<>();
		this.rows.values().forEach((row) -> {
			// the tick that a right clock would have claimed last
			long due = wall(row.at()) / 1000 * 1000;
			for (long tick = Math.max(first, due + 1000); tick < Math.min(row.tick(), last); tick += 1000) {
				found.add(tick);
			}
		});
		return found;
	}

	/** What happened, in milliseconds before and after it was due. */
	private String around(long tick) {
		long due = nano(tick);
		String runs = this.rows.values()
			.stream()
			.filter((row) -> Math.abs(row.tick() - tick) <= 3000)
			.map((row) -> "%+d at %+d by %s with %d, done at %+d".formatted(row.tick() - tick, millis(row.at() - due),
					row.life(), row.token(), millis(this.completions.getOrDefault(row.tick(), due) - due)))
			.collect(Collectors.joining("; "));
		String masters = this.masterships.stream()
			.filter((one) -> one.begin() < due + 5 * SECOND && one.end() > due - 5 * SECOND)
			.map((one) -> "%s with %d from %+d to %+d".formatted(one.life().name(), one.token(),
					millis(one.begin() - due), millis(one.end() - due)))
			.collect(Collectors.joining("; "));
		String faults = this.course.injections()
			.stream()
			.filter((one) -> one.from() < due + 5 * SECOND && one.until() > due - 5 * SECOND)
			.map((one) -> "%s of %s from %+d to %+d".formatted(one.kind(), one.target(), millis(one.from() - due),
					millis(one.until() - due)))
			.collect(Collectors.joining("; "));
		String events = this.course.lives()
			.stream()
			.flatMap((life) -> life.facts()
				.stream()
				.filter((fact) -> fact.type().startsWith("Job") && Math.abs(fact.at() - due) < 5 * SECOND)
				.map((fact) -> "%s %+d %s".formatted(life.name(), millis(fact.at() - due), fact.details())))
			.collect(Collectors.joining("; "));
		return "Runs: %s. Masters: %s. Faults: %s. Events: %s".formatted(runs, masters, faults, events);
	}

	private static long millis(long nanos) {
		return TimeUnit.NANOSECONDS.toMillis(nanos);
	}

	/** Nothing if it should have been run. */
	private String reason(long tick) {
		long from = nano(tick);
		long to = from + SECOND;
		Mastership master = this.masterships.stream()
			.filter((mastership) -> mastership.covers(from, to, STALL))
			.findFirst()
			.orElse(null);
		if (master == null) {
			return "nobody was master for all of its second, or it stood still";
		}
		if (startedAt(master.life()) > from) {
			return "the application of the master was about to start";
		}
		Set<String> kinds = this.course.injections()
			.stream()
			.filter((injection) -> injection.from() <= to && feltUntil(injection) >= from
					&& concerns(injection, master.life().place()))
			.map(Injection::kind)
			.collect(Collectors.toSet());
		if (!kinds.isEmpty()) {
			this.excuses.merge((kinds.size() > 1) ? "several" : kinds.iterator().next(), 1, Integer::sum);
			return "something was wrong with etcd, the master or the way between them";
		}
		if (this.failed.contains(tick)) {
			return "it was run, and its work failed";
		}
		Long before = this.completions.get(tick - 1000);
		if (before != null && before > from + STALL) {
			return "the run before it lasted, and left it less than half of its second";
		}
		return "";
	}

	/** From then on its jobs are planned. */
	private static long startedAt(Life life) {
		return life.facts()
			.stream()
			.filter((fact) -> fact.kind() == Fact.Kind.REFRESHED)
			.mapToLong(Fact::at)
			.findFirst()
			.orElse(Long.MAX_VALUE);
	}

	/**
	 * A scheduler waits through again what a clock was set back by: at once, or, if it
	 * was set ahead, when it is set right.
	 */
	private static long feltUntil(Injection injection) {
		long step = injection.kind().equals(FaultKind.CLOCK_STEP.name())
				? Long.parseLong(injection.details().split(" ")[0]) : 0;
		long back = (step > 0) ? injection.until() + step * SECOND : injection.from() - step * SECOND;
		return Math.max(injection.until(), back)
				+ (injection.kind().equals(FaultKind.SPLIT.name()) ? AFTERMATH_OF_SPLIT : AFTERMATH);
	}

	private static boolean concerns(Injection injection, String place) {
		return injection.target().equals(place) || injection.target().equals("etcd")
				|| injection.target().startsWith("node");
	}

	private long nano(long wall) {
		return this.course.begin() + TimeUnit.MILLISECONDS.toNanos(wall - this.course.startedAt().toEpochMilli());
	}

	private long wall(long nano) {
		return this.course.startedAt().toEpochMilli() + TimeUnit.NANOSECONDS.toMillis(nano - this.course.begin());
	}

}
