package io.clustercontroller.job;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import io.clustercontroller.job.JobCampaignTests.FaultKind;
import io.clustercontroller.job.JobCampaignTests.Mastership;
import io.clustercontroller.job.JobCampaignTests.Row;

/**
 * What has become of every tick between the first row and the last one.
 */
final class Campaign {

	private static final long SECOND = 1000;

	private final List<Row> rows;

	private final List<Mastership> masterships;

	private final Map<Long, FaultKind> faults;

	private final NavigableMap<Long, Long> completions;

	private final Set<Long> run = new HashSet<>();

	private final Set<Long> twice = new HashSet<>();

	/** Why there is no row for a tick, or nothing if there is no reason for it. */
	private final Map<Long, String> missing = new TreeMap<>();

	/**
	 * @param masterships in their order
	 * @param faults what was done to which of them, by token
	 * @param completions when the run of a tick had ended, with its ledger
	 */
	Campaign(List<Row> rows, List<Mastership> masterships, Map<Long, FaultKind> faults,
			NavigableMap<Long, Long> completions) {
		this.rows = rows;
		this.masterships = masterships;
		this.faults = faults;
		this.completions = completions;
		rows.forEach((row) -> (this.run.add(row.tick()) ? this.run : this.twice).add(row.tick()));
		LongStream
			.iterate(rows.get(0).tick(), (tick) -> tick <= rows.get(rows.size() - 1).tick(), (tick) -> tick + SECOND)
			.filter((tick) -> !this.run.contains(tick))
			.forEach((tick) -> this.missing.put(tick, reason(tick)));
	}

	List<Row> rows() {
		return this.rows;
	}

	Set<Long> ticksRunTwice() {
		return this.twice;
	}

	/** Those without a row and without a reason, with what happened around them. */
	List<String> lostTicks() {
		return this.missing.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().isEmpty())
			.map((entry) -> describe(entry.getKey()))
			.toList();
	}

	private String describe(long tick) {
		String around = this.rows.stream()
			.filter((row) -> Math.abs(row.tick() - tick) <= 3 * SECOND)
			.map((row) -> "row of %+d at %+d, completed at %+d, token %d".formatted(row.tick() - tick, row.at() - tick,
					this.completions.getOrDefault(row.tick(), tick) - tick, row.token()))
			.collect(Collectors.joining("; "));
		String masters = this.masterships.stream()
			.filter((mastership) -> mastership.begin() < tick + 5 * SECOND && mastership.end() > tick - 5 * SECOND)
			.map((mastership) -> "token %d from %+d to %+d, %s".formatted(mastership.token(), mastership.begin() - tick,
					mastership.end() - tick, this.faults.get(mastership.token())))
			.collect(Collectors.joining("; "));
		return "%s: %s. Masters: %s".formatted(Instant.ofEpochMilli(tick), around, masters);
	}

	private String reason(long tick) {
		Long before = this.completions.lowerKey(tick);
		if (before != null && this.completions.get(before) >= tick + SECOND) {
			return "the run before lasted beyond the next tick";
		}
		for (int i = 0; i < this.masterships.size(); i++) {
			Mastership mastership = this.masterships.get(i);
			if (mastership.begin() <= tick && tick + SECOND < mastership.end() && mastership.wasStalledAt(tick)) {
				return "the process stood still";
			}
			if (i > 0) {
				String reason = reason(tick, this.masterships.get(i - 1), mastership);
				if (!reason.isEmpty()) {
					return reason;
				}
			}
		}
		return "";
	}

	/** Whether it fell between two masterships. */
	private String reason(long tick, Mastership before, Mastership after) {
		// a new master catches up with the last tick there has been when it can, and with
		// that only; it has until the middle of a second to come before the next tick
		boolean superseded = tick + SECOND / 2 <= after.begin()
				&& this.rows.stream().noneMatch((row) -> row.token() == after.token() && row.at() < tick + SECOND);
		if (tick > before.end() && superseded) {
			return "nobody was master";
		}
		FaultKind fault = this.faults.get(before.token());
		// none that we know of: the process was so slow that it has lost its session
		boolean abrupt = fault == null || fault.isAbrupt();
		if (abrupt && tick <= before.end() && tick + SECOND > before.end()) {
			return "claimed by a master that was killed or frozen";
		}
		return "";
	}

	String report() {
		Map<String, Integer> reasons = new TreeMap<>();
		this.missing.values().forEach((reason) -> reasons.merge(reason.isEmpty() ? "LOST" : reason, 1, Integer::sum));
		Map<FaultKind, Integer> injected = new HashMap<>();
		this.faults.values().forEach((kind) -> injected.merge(kind, 1, Integer::sum));
		return "Job campaign: %d masterships, faults %s; %d ticks, %d rows, %d ticks run twice; without a row: %s"
			.formatted(this.masterships.size(), injected, this.run.size() + this.missing.size(), this.rows.size(),
					this.twice.size(), reasons);
	}

}
