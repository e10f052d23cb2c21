package io.clustercontroller.campaign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.clustercontroller.testing.Fact;
import io.clustercontroller.testing.Timelines;

/**
 * What an observer says of a campaign who has seen all of it, from the outside and on one
 * clock.
 */
final class Verdict {

	/** A service has a hundred changes of master on record, and some keys more. */
	private static final long MOST_KEYS = 150;

	/** Fewer looks tell nothing about a trend. */
	private static final int LEAST_LEVELS = 6;

	private static final Pattern TIME = Pattern.compile(" at (\\d+)");

	private final Course course;

	private final List<Mastership> masterships;

	private final TickCheck ticks;

	private final List<Finding> findings = new ArrayList<>();

	private Verdict(Course course) {
		this.course = course;
		this.masterships = Mastership.of(course);
		this.ticks = new TickCheck(course, this.masterships);
	}

	static Verdict of(Course course) {
		Verdict verdict = new Verdict(course);
		verdict.checkMasters();
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
	 * The rows of the job in their order: whoever writes has the highest token so far.
	 */
	private void checkWork() {
		Tick highest = null;
		for (Tick row : this.course.ticks().stream().sorted(Comparator.comparingLong(Tick::at)).toList()) {
			if (highest != null && row.token() < highest.token() && !justThawed(row)) {
				find("work", row.at(),
						"%s wrote with token %d, %d ms after %s had written with %d".formatted(row.life(), row.token(),
								TimeUnit.NANOSECONDS.toMillis(row.at() - highest.at()), highest.life(),
								highest.token()));
			}
			if (highest == null || row.token() > highest.token()) {
				highest = row;
			}
		}
	}

	/**
	 * What no lease can prevent: it was frozen in the middle of a run, and the run goes
	 * on.
	 */
	private boolean justThawed(Tick row) {
		String place = this.course.lives()
			.stream()
			.filter((life) -> life.name().equals(row.life()))
			.map(Life::place)
			.findFirst()
			.orElse("");
		return this.course.injections()
			.stream()
			.filter((injection) -> injection.kind().equals(FaultKind.FREEZE.name()) && injection.target().equals(place))
			.anyMatch((injection) -> row.at() >= injection.from()
					&& row.at() - injection.until() < TimeUnit.MILLISECONDS.toNanos(500));
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
			Level last = levels.get(levels.size() - 1);
			switch (last.what()) {
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
	}

	/** The median of the later half against that of the earlier one. */
	private void checkGrowth(String name, List<Level> levels, long tolerance) {
		if (levels.size() < LEAST_LEVELS) {
			return;
		}
		long earlier = median(levels.subList(0, levels.size() / 2));
		long later = median(levels.subList(levels.size() / 2, levels.size()));
		if (later > earlier + Math.max(tolerance, earlier / 5)) {
			find("levels", levels.get(levels.size() - 1).at(),
					"%s has grown from %d to %d".formatted(name, earlier, later));
		}
	}

	private void checkMost(String name, List<Level> levels, long most) {
		levels.stream()
			.filter((level) -> level.value() > most)
			.findFirst()
			.ifPresent(
					(level) -> find("levels", level.at(), "%s: %d, more than %d".formatted(name, level.value(), most)));
	}

	private static long median(List<Level> levels) {
		return levels.stream().mapToLong(Level::value).sorted().toArray()[levels.size() / 2];
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

}
