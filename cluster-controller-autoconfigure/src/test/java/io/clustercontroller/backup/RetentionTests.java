package io.clustercontroller.backup;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Retention}: against other programs, by properties, and by hand.
 */
class RetentionTests {

	private static final ZoneId UTC = ZoneId.of("UTC");

	private static final RetentionPolicy DEFAULT = new RetentionPolicy(24, 14, 4, 3);

	@ParameterizedTest
	@MethodSource("sameRule")
	void keepsWhatAnotherProgramWithTheSameRuleKeeps(RetentionCase row) {
		Map<Instant, Set<String>> kept = new TreeMap<>();
		apply(row).stream()
			.filter((verdict) -> !verdict.tiers().isEmpty())
			.forEach((verdict) -> kept.put(verdict.startedAt(), labels(verdict)));
		assertThat(kept).isEqualTo(row.kept());
	}

	/**
	 * Its row in the table counts the one of 2037. By hand: the three last hours, the two
	 * last days, and the only week and month, of what is not in the future.
	 */
	@Test
	void aBackupFromTheFutureStaysAndTakesNoPlace() {
		RetentionCase row = RetentionCase.ofTheSameRule()
			.stream()
			.filter((one) -> one.name().equals("future-one"))
			.findFirst()
			.orElseThrow();
		List<RetentionVerdict> verdicts = Retention.apply(ids(row.inputs()), row.policy(), row.zone(),
				Instant.parse("2024-01-03T23:30:00Z"));
		assertThat(verdicts.stream().filter(RetentionVerdict::kept).map(RetentionVerdictText::of)).containsExactly(
				"2024-01-01T00:00:00Z [weekly 2024-W01, monthly 2024-01]", "2024-01-02T00:00:00Z [daily 2024-01-02]",
				"2024-01-03T00:00:00Z [daily 2024-01-03]", "2024-01-03T21:00:00Z [hourly 2024-01-03T21Z]",
				"2024-01-03T22:00:00Z [hourly 2024-01-03T22Z]", "2024-01-03T23:00:00Z [latest, hourly 2024-01-03T23Z]",
				"2037-01-01T00:00:00Z [dated in the future, not counted]");
	}

	/**
	 * Another representative of the period, so the periods are compared. borg lets each
	 * backup count once and restic each period, so only restic's have to be the same; in
	 * the repeated hour of the clock change it has one period where there are two.
	 */
	@ParameterizedTest
	@MethodSource("restic")
	void periodsAreThoseOfRestic(RetentionCase row) {
		List<RetentionVerdict> verdicts = apply(row);
		boolean repeatedHour = row.name().startsWith("dst-fall") || row.name().equals("half-hour-dst");
		for (Tier tier : repeatedHour ? EnumSet.complementOf(EnumSet.of(Tier.HOURLY)) : EnumSet.allOf(Tier.class)) {
			Set<String> expected = row.kept()
				.entrySet()
				.stream()
				.filter((entry) -> entry.getValue().contains(tier.label()))
				.map((entry) -> tier.period(entry.getKey(), row.zone()).label())
				.collect(Collectors.toCollection(TreeSet::new));
			Set<String> ours = verdicts.stream()
				.filter((verdict) -> verdict.tiers().contains(tier))
				.map((verdict) -> tier.period(verdict.startedAt(), row.zone()).label())
				.collect(Collectors.toCollection(TreeSet::new));
			assertThat(ours).as(tier.label()).containsExactlyElementsOf(expected);
		}
	}

	/** borg's tiers follow each other; each has its share of days, weeks and months. */
	@ParameterizedTest
	@MethodSource("borg")
	void noTierKeepsFewerThanBorg(RetentionCase row) {
		List<RetentionVerdict> verdicts = apply(row);
		for (Tier tier : Tier.values()) {
			long borg = row.kept().values().stream().filter((rules) -> rules.contains(tier.label())).count();
			assertThat(verdicts.stream().filter((verdict) -> verdict.tiers().contains(tier)).count()).as(tier.label())
				.isGreaterThanOrEqualTo(borg);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 })
	void thePromiseHoldsForAnyHistory(int seed) {
		Random random = new Random(seed);
		for (int round = 0; round < 20; round++) {
			RetentionPolicy policy = new RetentionPolicy(random.nextInt(6), random.nextInt(6), random.nextInt(4),
					random.nextInt(4));
			ZoneId zone = ZoneId
				.of(List.of("UTC", "Europe/Amsterdam", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Kiritimati")
					.get(random.nextInt(5)));
			live(random, policy, zone);
		}
	}

	/** A life of a folder, in which the clock is set back and runs are left out. */
	private static void live(Random random, RetentionPolicy policy, ZoneId zone) {
		Instant now = Instant.parse("2024-01-01T00:00:00Z").plusSeconds(random.nextInt(400 * 86400));
		Set<BackupId> present = new HashSet<>();
		Set<BackupId> everTaken = new HashSet<>();
		boolean setBack = false;
		for (int run = 0; run < 60; run++) {
			Duration step = Duration.ofMinutes((long) Math.pow(10, random.nextDouble() * 5));
			boolean back = random.nextInt(20) == 0;
			setBack |= back;
			now = back ? now.minus(step) : now.plus(step);
			BackupId taken = BackupId.of(now, present, random);
			now = taken.startedAt();
			present.add(taken);
			everTaken.add(taken);
			List<RetentionVerdict> verdicts = Retention.apply(present, policy, zone, now);
			check(verdicts, present, policy, zone, now);
			assertThat(verdicts).filteredOn((verdict) -> verdict.id().equals(taken.toString()))
				.allMatch(RetentionVerdict::latest);
			Set<String> kept = kept(verdicts);
			present.removeIf((id) -> !kept.contains(id.toString()));
			assertThat(kept(Retention.apply(present, policy, zone, now))).as("a second time").isEqualTo(kept);
			if (!setBack) {
				assertThat(tiers(verdicts)).as("as if all had been there until now")
					.isEqualTo(tiers(Retention.apply(everTaken, policy, zone, now)));
			}
		}
	}

	private static void check(List<RetentionVerdict> verdicts, Set<BackupId> present, RetentionPolicy policy,
			ZoneId zone, Instant now) {
		assertThat(verdicts).hasSameSizeAs(present).allSatisfy((verdict) -> assertThat(verdict.reasons()).isNotEmpty());
		for (Tier tier : Tier.values()) {
			long periods = present.stream()
				.filter((id) -> !id.startedAt().isAfter(now))
				.map((id) -> tier.period(id.startedAt(), zone))
				.distinct()
				.count();
			assertThat(verdicts.stream().filter((verdict) -> verdict.tiers().contains(tier)).count()).as(tier.label())
				.isEqualTo(Math.min(policy.count(tier), periods));
		}
		assertThat(verdicts).filteredOn((verdict) -> verdict.startedAt().isAfter(now))
			.allMatch(RetentionVerdict::kept)
			.allMatch(RetentionVerdict::future);
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTC", "Europe/Amsterdam" })
	void onAnUnbrokenScheduleTheOldestIsOnePeriodLessThanTheCountOld(String zone) {
		Instant begin = Instant.parse("2023-01-01T00:10:00Z");
		List<BackupId> present = new ArrayList<>();
		for (long hour = 0; hour < 24 * 500; hour++) {
			Instant now = begin.plus(Duration.ofHours(hour));
			present.add(new BackupId(now, "000000"));
			List<RetentionVerdict> verdicts = Retention.apply(present, DEFAULT, ZoneId.of(zone), now);
			Set<String> kept = kept(verdicts);
			present.removeIf((id) -> !kept.contains(id.toString()));
			if (hour > 24 * 130) {
				assertThat(age(verdicts, Tier.HOURLY, now)).isGreaterThanOrEqualTo(Duration.ofHours(23));
				assertThat(age(verdicts, Tier.DAILY, now)).isGreaterThanOrEqualTo(Duration.ofHours(13 * 24 - 1));
				assertThat(age(verdicts, Tier.WEEKLY, now)).isGreaterThanOrEqualTo(Duration.ofHours(21 * 24 - 1));
				assertThat(age(verdicts, Tier.MONTHLY, now)).isGreaterThanOrEqualTo(Duration.ofHours(59 * 24 - 1));
			}
		}
	}

	/** Docs/backups.md has it. */
	@Test
	void theWorkedExampleOfTheGuideIsRight() {
		Instant now = Instant.parse("2024-03-10T02:15:00Z");
		List<BackupId> backups = ids(Stream
			.iterate(Instant.parse("2024-01-01T00:15:00Z"), (next) -> !next.isAfter(now),
					(next) -> next.plus(Duration.ofHours(1)))
			.toList());
		List<RetentionVerdict> verdicts = Retention.apply(backups, DEFAULT, UTC, now);
		Map<Tier, Instant> oldest = new EnumMap<>(Tier.class);
		for (Tier tier : Tier.values()) {
			List<RetentionVerdict> kept = verdicts.stream()
				.filter((verdict) -> verdict.tiers().contains(tier))
				.toList();
			assertThat(kept).hasSize(DEFAULT.count(tier));
			oldest.put(tier, kept.get(0).startedAt());
		}
		assertThat(oldest.values()).extracting(Instant::toString)
			.containsExactly("2024-03-09T03:15:00Z", "2024-02-26T00:15:00Z", "2024-02-12T00:15:00Z",
					"2024-01-01T00:15:00Z");
	}

	@Test
	void ageAloneDropsNothing() {
		List<BackupId> old = ids(LongStream.range(0, 10)
			.mapToObj((day) -> Instant.parse("2020-01-01T00:00:00Z").plus(Duration.ofDays(day)))
			.toList());
		assertThat(Retention.apply(old, DEFAULT, UTC, Instant.parse("2024-01-01T00:00:00Z")))
			.allMatch(RetentionVerdict::kept);
	}

	@Test
	void whatIsDroppedIsToldWhy() {
		List<BackupId> backups = ids(Stream
			.of("2024-03-10T01:00:00Z", "2024-03-10T02:05:00Z", "2024-03-10T02:10:00Z", "2024-03-10T03:00:00Z")
			.map(Instant::parse)
			.toList());
		List<RetentionVerdict> verdicts = Retention.apply(backups, new RetentionPolicy(2, 1, 0, 0), UTC,
				Instant.parse("2024-03-10T03:00:00Z"));
		assertThat(verdicts.get(2).kept()).isFalse();
		assertThat(verdicts.get(2).reasons()).containsExactly(
				"hourly 2024-03-10T02Z has 2024-03-10T02-05-00-000Z-000001, an earlier one",
				"daily 2024-03-10 has 2024-03-10T01-00-00-000Z-000000, an earlier one", "weekly is off",
				"monthly is off");
		assertThat(verdicts.get(0).reasons()).containsExactly("daily 2024-03-10");
		List<RetentionVerdict> without = Retention.apply(backups, new RetentionPolicy(2, 0, 0, 0), UTC,
				Instant.parse("2024-03-10T03:00:00Z"));
		assertThat(without.get(0).reasons()).startsWith("hourly 2024-03-10T01Z is not among the newest 2");
	}

	@Test
	void whereAllAreFromTheFutureTheNewestIsTheLatest() {
		List<RetentionVerdict> verdicts = Retention.apply(
				ids(List.of(Instant.parse("2037-01-01T00:00:00Z"), Instant.parse("2038-01-01T00:00:00Z"))), DEFAULT,
				UTC, Instant.parse("2024-01-01T00:00:00Z"));
		assertThat(verdicts).allMatch(RetentionVerdict::future);
		assertThat(verdicts.get(1).latest()).isTrue();
	}

	@Test
	void negativeCountIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new RetentionPolicy(24, 14, -1, 3));
	}

	private static List<RetentionCase> sameRule() {
		return RetentionCase.ofTheSameRule().stream().filter((row) -> !row.name().equals("future-one")).toList();
	}

	private static List<RetentionCase> restic() {
		return tool("restic");
	}

	private static List<RetentionCase> borg() {
		return tool("borg");
	}

	private static List<RetentionCase> tool(String tool) {
		return RetentionCase.ofOtherTools().stream().filter((row) -> row.tool().equals(tool)).toList();
	}

	private static List<RetentionVerdict> apply(RetentionCase row) {
		return Retention.apply(ids(row.inputs()), row.policy(), row.zone(), row.last());
	}

	private static List<BackupId> ids(List<Instant> instants) {
		List<BackupId> ids = new ArrayList<>();
		for (Instant instant : instants) {
			ids.add(new BackupId(instant, "%06x".formatted(ids.size())));
		}
		Collections.reverse(ids);
		return ids;
	}

	private static Set<String> labels(RetentionVerdict verdict) {
		return verdict.tiers().stream().map(Tier::label).collect(Collectors.toCollection(TreeSet::new));
	}

	private static Set<String> kept(List<RetentionVerdict> verdicts) {
		return verdicts.stream().filter(RetentionVerdict::kept).map(RetentionVerdict::id).collect(Collectors.toSet());
	}

	private static Map<String, Set<Tier>> tiers(List<RetentionVerdict> verdicts) {
		return verdicts.stream()
			.filter(Predicate.not((verdict) -> verdict.tiers().isEmpty()))
			.collect(Collectors.toMap(RetentionVerdict::id, RetentionVerdict::tiers));
	}

	private static Duration age(List<RetentionVerdict> verdicts, Tier tier, Instant now) {
		return verdicts.stream()
			.filter((verdict) -> verdict.tiers().contains(tier))
			.map((verdict) -> Duration.between(verdict.startedAt(), now))
			.max(Comparator.naturalOrder())
			.orElseThrow();
	}

	/** How a verdict is written down here. */
	private static final class RetentionVerdictText {

		private static String of(RetentionVerdict verdict) {
			return verdict.startedAt() + " " + verdict.reasons();
		}

	}

}
