package io.clustercontroller.campaign;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import io.clustercontroller.testing.Fact;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the observer has to see, in courses that are made up.
 */
class VerdictTests {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private static final long NEVER = Long.MAX_VALUE;

	private final List<Injection> injections = new ArrayList<>();

	private final List<Life> lives = new ArrayList<>();

	private final List<Tick> ticks = new ArrayList<>();

	private final List<Level> levels = new ArrayList<>();

	private final List<String> leftBehind = new ArrayList<>();

	private List<Long> quietPoints;

	private long recoveredAt = SECOND;

	VerdictTests() {
		life("a", master(5, 0, 20));
		life("b", master(9, 21, 40));
		run("a", 5, 1, 19);
		run("b", 9, 20, 40);
		this.injections.add(new Injection(1, "KILL", "d", "", SECOND, 2 * SECOND));
		this.quietPoints = List.of(SECOND);
	}

	@Test
	void findsNothingWhereNothingIsWrong() {
		assertThat(findings()).isEmpty();
	}

	@Test
	void findsTwoMasters() {
		life("c", master(7, 15, 22));
		assertThat(findings()).extracting(Finding::check).contains("masters");
	}

	@Test
	void findsTokenOfThePast() {
		life("c", master(3, 41, 42));
		assertThat(findings()).extracting(Finding::check).contains("masters");
	}

	@Test
	void findsMasterWhoseEndWasNotAnnounced() {
		List<Fact> facts = master(11, 41, 43);
		facts.remove(facts.size() - 1);
		facts.add(fact(Fact.Kind.CLOSED, 44 * SECOND, Map.of()));
		life("c", facts);
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("masters");
	}

	@Test
	void findsWorkOfTheMasterBefore() {
		this.ticks.add(new Tick("a1", wall(19) + 500, 25 * SECOND, 5));
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("work");
	}

	@Test
	void excusesWorkThatWasFrozenInItsMiddle() {
		this.ticks.add(new Tick("a1", wall(19) + 500, 25 * SECOND, 5));
		this.injections.add(new Injection(1, "FREEZE", "a", "", 19 * SECOND, 25 * SECOND - 1000));
		assertThat(findings()).isEmpty();
	}

	@Test
	void findsWorkOfOneWhoWasNotMasterWhenItWasFrozen() {
		this.ticks.add(new Tick("a1", wall(19) + 500, 35 * SECOND, 5));
		this.injections.add(new Injection(1, "FREEZE", "a", "", 29 * SECOND, 35 * SECOND - 1000));
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("work");
	}

	@Test
	void findsSecondRunAfterOneFreeze() {
		this.ticks.add(new Tick("a1", wall(19) + 500, 25 * SECOND, 5));
		this.ticks.add(new Tick("a1", wall(19) + 600, 25 * SECOND + 1, 5));
		this.injections.add(new Injection(1, "FREEZE", "a", "", 19 * SECOND, 25 * SECOND - 1000));
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("work");
	}

	@Test
	void findsWorkAfterAnotherOneWasSeenAsMaster() {
		this.ticks.removeIf((tick) -> tick.token() == 9 && tick.tick() < wall(23));
		this.ticks.add(new Tick("a1", wall(20), 21 * SECOND + SECOND / 2, 5));
		assertThat(findings()).extracting(Finding::check).contains("work");
	}

	@Test
	void findsProcessThatEndedAsMaster() {
		List<Fact> facts = master(11, 41, 43);
		facts.remove(facts.size() - 1);
		this.lives.add(new Life("c1", "c", "c-id", 0, 44 * SECOND, "SIGTERM, exit code 143", facts));
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("masters");
	}

	@Test
	void excusesProcessThatWasKilledAsMaster() {
		List<Fact> facts = master(11, 41, 43);
		facts.remove(facts.size() - 1);
		this.lives.add(new Life("c1", "c", "c-id", 0, 43 * SECOND, "SIGKILL", facts));
		assertThat(findings()).isEmpty();
	}

	@Test
	void findsProcessThatEndedByItself() {
		this.lives.add(new Life("c1", "c", "c-id", 0, 43 * SECOND, "by itself, exit code 1",
				List.of(fact(Fact.Kind.REFRESHED, 0, Map.of("instanceId", "id")))));
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("ends");
	}

	@Test
	void findsThatNothingWasLookedAt() {
		this.lives.clear();
		this.ticks.clear();
		this.injections.clear();
		this.quietPoints = List.of();
		assertThat(findings()).hasSize(4).allMatch((finding) -> finding.check().equals("evidence"));
	}

	@Test
	void findsThatMastersWereHardlyLookedAt() {
		this.lives.clear();
		life("a", master(5, 0, 20, SECOND / 10));
		life("b", master(9, 21, 40, SECOND / 10));
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("evidence");
	}

	@Test
	void findsJobThatBeganLate() {
		this.ticks.removeIf((tick) -> tick.tick() < wall(12));
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("job");
	}

	@Test
	void excusesWorkOfProcessThatHasStoodStillByItself() {
		this.ticks.add(new Tick("a1", wall(19) + 500, 25 * SECOND, 5));
		woke(25, 5);
		assertThat(findings()).isEmpty();
	}

	@Test
	void findsWorkOfOneWhoHasStoodStillAfterItsMastership() {
		this.ticks.add(new Tick("a1", wall(19) + 500, 25 * SECOND, 5));
		woke(25, 1);
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("work");
	}

	@Test
	void countsFreezeAndItsWakingAsOnePause() {
		this.ticks.add(new Tick("a1", wall(19) + 500, 25 * SECOND, 5));
		this.ticks.add(new Tick("a1", wall(19) + 600, 25 * SECOND + 1, 5));
		this.injections.add(new Injection(1, "FREEZE", "a", "", 20 * SECOND, 25 * SECOND - 1000));
		woke(25, 5);
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("work");
	}

	@Test
	void findsTickThatWasRunTwice() {
		this.ticks.add(new Tick("b1", wall(10), 30 * SECOND, 9));
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("job");
	}

	@Test
	void findsTickThatWasLost() {
		this.ticks.removeIf((tick) -> tick.tick() == wall(30));
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("job");
	}

	@Test
	void excusesTickForWhichThereWasNoMaster() {
		this.ticks.removeIf((tick) -> tick.tick() == wall(20));
		assertThat(findings()).isEmpty();
	}

	@Test
	void excusesTickWhenEtcdWasHurt() {
		this.ticks.removeIf((tick) -> tick.tick() == wall(30));
		this.injections.add(new Injection(1, "ETCD_KILL", "node1", "leader", 29 * SECOND, 30 * SECOND));
		assertThat(findings()).isEmpty();
	}

	@Test
	void excusesTickForLongerAfterANodeWasCutOff() {
		this.ticks.removeIf((tick) -> tick.tick() == wall(35));
		this.injections.add(new Injection(1, "SPLIT", "node1", "", 29 * SECOND, 31 * SECOND));
		assertThat(findings()).isEmpty();
		this.ticks.removeIf((tick) -> tick.tick() == wall(37));
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("job");
	}

	@Test
	void excusesTicksForAsLongAsAClockWasAheadWhenItIsSetRight() {
		this.injections.add(new Injection(1, "CLOCK_STEP", "b", "+4 s", 25 * SECOND, 28 * SECOND));
		this.ticks.removeIf((tick) -> tick.tick() == wall(33));
		assertThat(findings()).isEmpty();
		this.ticks.removeIf((tick) -> tick.tick() == wall(36));
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("job");
	}

	@Test
	void excusesTickWhoseWorkFailed() {
		this.ticks.removeIf((tick) -> tick.tick() == wall(30));
		this.lives.get(1)
			.facts()
			.add(fact(Fact.Kind.EVENT, 30 * SECOND, Map.of("type", "JobCompletedEvent", "outcome", "FAILED", "tick",
					Instant.ofEpochMilli(wall(30)).toString())));
		assertThat(findings()).isEmpty();
	}

	@Test
	void doesNotExcuseTickForTheTroublesOfASlave() {
		this.ticks.removeIf((tick) -> tick.tick() == wall(30));
		this.injections.add(new Injection(1, "FREEZE", "a", "", 29 * SECOND, 30 * SECOND));
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("job");
	}

	@Test
	void findsServiceThatDoesNotRecover() {
		this.recoveredAt = NEVER;
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("recovery");
	}

	@Test
	void findsWhatIsLeftBehind() {
		this.leftBehind.add("process 17 of a1: java");
		assertThat(findings()).singleElement().extracting(Finding::words).isEqualTo("process 17 of a1: java");
	}

	@Test
	void findsThreadsThatBecomeMore() {
		LongStream.range(0, 10).forEach((i) -> this.levels.add(new Level("a1", "threads", i * SECOND, 40 + 8 * i)));
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("levels");
	}

	@Test
	void findsFilesThatBecomeMoreInManyShortLives() {
		for (int i = 0; i < 8; i++) {
			this.levels.add(new Level("a" + i, "files", i * SECOND, 100));
			this.levels.add(new Level("a" + i, "files", (i + 1) * SECOND, 100 + i * 3));
		}
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("levels");
	}

	@Test
	void findsLeasesThatStay() {
		this.levels.add(new Level("etcd", "leases", SECOND, 7));
		assertThat(findings()).singleElement().extracting(Finding::check).isEqualTo("levels");
	}

	private List<Finding> findings() {
		Course course = new Course(1, START, 0, 45 * SECOND, true, Map.of(), this.injections,
				this.quietPoints.stream().map((at) -> new Course.QuietPoint(at, this.recoveredAt)).toList(),
				Duration.ofSeconds(10), this.lives, this.ticks, List.of(), this.levels, this.leftBehind);
		return Verdict.of(course).findings();
	}

	private void life(String place, List<Fact> facts) {
		this.lives.add(new Life(place + "1", place, place + "-id", 0, NEVER, "", facts));
	}

	private void woke(int second, int paused) {
		this.lives.get(0)
			.facts()
			.add(fact(Fact.Kind.WOKE, second * SECOND, Map.of("pausedMillis", String.valueOf(1000 * paused))));
	}

	private void run(String place, long token, int from, int to) {
		for (int second = from; second < to; second++) {
			this.ticks.add(new Tick(place + "1", wall(second),
					Math.max(second * SECOND, (token == 9) ? 21 * SECOND : 0) + SECOND / 100, token));
		}
	}

	private static List<Fact> master(long token, int from, int to) {
		return master(token, from, to, SECOND / 100);
	}

	private static List<Fact> master(long token, int from, int to, long distance) {
		Map<String, String> details = Map.of("fencingToken", String.valueOf(token));
		List<Fact> facts = new ArrayList<>();
		facts.add(fact(Fact.Kind.REFRESHED, 0, Map.of("instanceId", "id")));
		facts.add(event("BecameMasterEvent", from * SECOND, token));
		for (long at = from * SECOND; at < to * SECOND; at += distance) {
			facts.add(fact(Fact.Kind.SAMPLE, at, details));
		}
		facts.add(event("BecameSlaveEvent", to * SECOND, token));
		return facts;
	}

	private static Fact event(String type, long at, long token) {
		return fact(Fact.Kind.EVENT, at, Map.of("type", type, "fencingToken", String.valueOf(token)));
	}

	private static Fact fact(Fact.Kind kind, long at, Map<String, String> details) {
		return new Fact(kind, at, at, 0, details);
	}

	private static long wall(long second) {
		return START.toEpochMilli() + 1000 * second;
	}

}
