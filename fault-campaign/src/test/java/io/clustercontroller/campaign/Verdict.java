package io.clustercontroller.campaign;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.testing.Fact;
import io.clustercontroller.testing.Timelines;
import org.jspecify.annotations.Nullable;

/**
 * What an observer says of a campaign who has seen all of it, from the outside and on one
 * clock.
 */
final class Verdict {

	/** A service has a hundred changes of master on record, and some keys more. */
	private static final long MOST_KEYS = 150;

	/**
	 * Fewer looks tell nothing about a trend, and fewer lives nothing about the others.
	 */
	private static final int LEAST = 6;

	/** A frozen run goes on that soon. */
	private static final long THAW = TimeUnit.MILLISECONDS.toNanos(500);

	/** A sampler that looks every 10 ms, on a machine that has much else to do. */
	private static final long RARE = TimeUnit.MILLISECONDS.toNanos(50);

	private static final Pattern TIME = Pattern.compile(" at (\\d+)");

	private final Course course;

	private final List<Mastership> masterships;

	private final TickCheck ticks;

	private final List<Finding> findings = new ArrayList<>();

	/** Each has held up one run at most. */
	private final Set<Pause> pausesWithRun = new HashSet<>();

	private Verdict(Course course) {
		this.course = course;
		this.masterships = Mastership.of(course);
		this.ticks = new TickCheck(course, this.masterships);
	}

	static Verdict of(Course course) {
		Verdict verdict = new Verdict(course);
		verdict.checkEvidence();
		verdict.checkMasters();
		verdict.checkEnds();
		verdict.checkWork();
		verdict.checkRecoveries();
		verdict.findings.addAll(verdict.ticks.findings());
		course.leftBehind().forEach((words) -> verdict.find("left behind", 0, words));
		verdict.checkLevels();
		return verdict;
	}

	List<Finding> findings() {
		return this.findings;
	}

	List<Mastership> masterships() {
		return this.masterships;
	}

	TickCheck ticks() {
		return this.ticks;
	}

	/** Where nothing was seen there is nothing that could be found. */
	private void checkEvidence() {
		if (!this.course.ended()) {
			return;
		}
		if (this.course.injections().isEmpty()) {
			find("evidence", 0, "no fault was inflicted");
		}
		if (this.course.quietPoints().isEmpty()) {
			find("evidence", 0, "nobody has looked whether the service recovers");
		}
		if (this.course.ticks().isEmpty()) {
			find("evidence", 0, "the job has never run");
		}
		if (this.masterships.isEmpty()) {
			find("evidence", 0, "nobody was ever seen as master");
		}
		else if (Mastership.usualDistance(this.masterships) > RARE) {
			find("evidence", 0, "who is master was looked at every %d ms only"
				.formatted(TimeUnit.NANOSECONDS.toMillis(Mastership.usualDistance(this.masterships))));
		}
	}

	/**
	 * Never two masters, tokens in growing order of use, one slave event for each master
	 * event.
	 */
	private void checkMasters() {
		Map<String, List<Fact>> timelines = new LinkedHashMap<>();
		this.course.lives().forEach((life) -> timelines.put(life.name(), life.facts()));
		Timelines.violations(timelines).forEach((words) -> find("masters", time(words), words));
	}

	/**
	 * Only a process that was killed need not say that its mastership is over, and none
	 * that has started ends unless it is told to.
	 */
	private void checkEnds() {
		for (Life life : this.course.lives()) {
			boolean told = life.end().startsWith("SIGTERM");
			boolean byItself = life.end().startsWith("by itself");
			if ((told || byItself) && endedAsMaster(life.facts())) {
				find("masters", life.endedAt(), life.name() + " has ended as a master: " + life.end());
			}
			if (byItself && life.facts().stream().anyMatch((fact) -> fact.kind() == Fact.Kind.REFRESHED)) {
				find("ends", life.endedAt(), life.name() + " has ended " + life.end());
			}
		}
	}

	/** Others have their events checked when they close. */
	private static boolean endedAsMaster(List<Fact> facts) {
		boolean master = false;
		for (Fact fact : facts) {
			if (fact.type().equals(BecameMasterEvent.class.getSimpleName())) {
				master = true;
			}
			else if (fact.type().equals(BecameSlaveEvent.class.getSimpleName()) || fact.kind() == Fact.Kind.CLOSED) {
				master = false;
			}
		}
		return master;
	}

	/**
	 * The rows of the job in their order: whoever writes has the highest token so far, be
	 * it of those who have written or of those who were seen as master.
	 */
	private void checkWork() {
		Tick highest = null;
		for (Tick row : this.course.ticks().stream().sorted(Comparator.comparingLong(Tick::at)).toList()) {
			String later = later(row, highest);
			if (!later.isEmpty() && !justWoke(row)) {
				find("work", row.at(), "%s wrote with token %d, %s".formatted(row.life(), row.token(), later));
			}
			if (highest == null || row.token() > highest.token()) {
				highest = row;
			}
		}
	}

	/** Who was ahead of the one that has written the row; empty if nobody was. */
	private String later(Tick row, @Nullable Tick highest) {
		if (highest != null && row.token() < highest.token()) {
			return "%d ms after %s had written with %d".formatted(millis(row.at() - highest.at()), highest.life(),
					highest.token());
		}
		return this.masterships.stream()
			.filter((one) -> one.token() > row.token() && one.seenAt() < row.at())
			.findFirst()
			.map((one) -> "%d ms after %s was seen as master with %d".formatted(millis(row.at() - one.begin()),
					one.life().name(), one.token()))
			.orElse("");
	}

	private static long millis(long nanos) {
		return TimeUnit.NANOSECONDS.toMillis(nanos);
	}

	/**
	 * What no lease can prevent: as a master it stood still in the middle of a run, and
	 * the run goes on.
	 */
	private boolean justWoke(Tick row) {
		return this.masterships.stream()
			.filter((one) -> one.life().name().equals(row.life()) && one.token() == row.token())
			.anyMatch((one) -> pauses(one.life()).stream()
				.filter((pause) -> one.begin() <= pause.from() && one.end() >= pause.from() - THAW)
				.filter((pause) -> row.at() >= pause.from() && row.at() - pause.until() < THAW)
				.anyMatch(this.pausesWithRun::add));
	}

	/** It was frozen, or the machine was so busy that it has stood still by itself. */
	private List<Pause> pauses(Life life) {
		List<Pause> pauses = new ArrayList<>();
		this.course.injections()
			.stream()
			.filter((injection) -> injection.kind().equals(FaultKind.FREEZE.name())
					&& injection.target().equals(life.place()))
			.map((freeze) -> new Pause(life.name(), freeze.from(), freeze.until()))
			.forEach(pauses::add);
		life.facts().stream().filter((fact) -> fact.kind() == Fact.Kind.WOKE).forEach((fact) -> {
			long from = fact.at() - TimeUnit.MILLISECONDS.toNanos(Long.parseLong(fact.detail("pausedMillis")));
			if (pauses.stream().noneMatch((pause) -> pause.from() < fact.at() && pause.until() > from)) {
				pauses.add(new Pause(life.name(), from, fact.at()));
			}
		});
		return pauses;
	}

	private void checkRecoveries() {
		for (Course.QuietPoint point : this.course.quietPoints()) {
			if (point.recoveredAt() - point.healedAt() > this.course.recoveryLimit().toNanos()) {
				find("recovery", point.healedAt(),
						"the service was not as it should be %d s after the last fault was healed"
							.formatted(this.course.recoveryLimit().toSeconds()));
			}
		}
	}

	/** Whether what a process holds, and what etcd holds, stays within bounds. */
	private void checkLevels() {
		Map<String, List<Level>> series = this.course.levels()
			.stream()
			.collect(Collectors.groupingBy((level) -> level.of() + " " + level.what(), TreeMap::new,
					Collectors.toList()));
		series.forEach((name, levels) -> {
			switch (levels.get(0).what()) {
				case "threads", "files" -> checkGrowth(name, levels, 10);
				case "heap KB" -> checkGrowth(name, levels, 8 * 1024);
				case "keys" -> checkMost(name, levels, MOST_KEYS);
				case "leases" ->
					checkMost(name, levels, 3L * this.course.lives().stream().map(Life::place).distinct().count());
				default -> {
					// for the reader
				}
			}
		});
		checkUsualGrowth("threads", series.values(), 5);
		checkUsualGrowth("files", series.values(), 5);
		checkUsualGrowth("heap KB", series.values(), 4 * 1024);
	}

	/** The median of the later half against that of the earlier one. */
	private void checkGrowth(String name, List<Level> levels, long tolerance) {
		if (levels.size() < LEAST) {
			return;
		}
		long earlier = median(values(levels.subList(0, levels.size() / 2)));
		long later = median(values(levels.subList(levels.size() / 2, levels.size())));
		if (later > earlier + Math.max(tolerance, earlier / 5)) {
			find("levels", levels.get(levels.size() - 1).at(),
					"%s has grown from %d to %d".formatted(name, earlier, later));
		}
	}

	/**
	 * From the first look at a process to the last one. Hardly one of them lives for long
	 * in a campaign, so that only many together show what becomes more.
	 */
	private void checkUsualGrowth(String what, Collection<List<Level>> series, long tolerance) {
		List<List<Level>> looks = series.stream()
			.filter((levels) -> levels.get(0).what().equals(what) && levels.size() > 1)
			.toList();
		if (looks.size() < LEAST) {
			return;
		}
		long usual = median(looks.stream()
			.mapToLong((levels) -> levels.get(levels.size() - 1).value() - levels.get(0).value())
			.toArray());
		if (usual > tolerance) {
			find("levels", 0, "%s: half of %d processes have grown by %d or more between two looks".formatted(what,
					looks.size(), usual));
		}
	}

	private void checkMost(String name, List<Level> levels, long most) {
		levels.stream()
			.filter((level) -> level.value() > most)
			.findFirst()
			.ifPresent(
					(level) -> find("levels", level.at(), "%s: %d, more than %d".formatted(name, level.value(), most)));
	}

	private static long[] values(List<Level> levels) {
		return levels.stream().mapToLong(Level::value).toArray();
	}

	private static long median(long[] values) {
		return LongStream.of(values).sorted().toArray()[values.length / 2];
	}

	private void find(String check, long at, String words) {
		this.findings.add(new Finding(check, at, words));
	}

	/** The words of a violation end with its time, or name it before a comma. */
	private static long time(String words) {
		Matcher matcher = TIME.matcher(words);
		return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
	}

	/** One line for the console. */
	String summary() {
		return "%d faults, %d masterships, %d processes, %d ticks run, without a run: %s; %s".formatted(
				this.course.injections().size(), this.masterships.size(), this.course.lives().size(), this.ticks.runs(),
				this.ticks.reasons(), this.findings.isEmpty() ? "nothing found" : this.findings.size() + " findings");
	}

	/** A process that stood still. */
	private record Pause(String life, long from, long until) {
	}

}
