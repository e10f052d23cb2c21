package io.clustercontroller.history;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.clustercontroller.event.RoleChangeCause;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What several masters have written, each by its own clock, makes one history.
 */
class TimelineTests {

	private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

	private static final Duration SEEN = Duration.ofMillis(53);

	@Test
	void newestMastershipComesFirst() {
		assertThat(Timeline.of(List.of(mastership(1, 0, 10), mastership(2, 20, 30), mastership(7, 40, null))))
			.extracting(MastershipEntry::fencingToken)
			.containsExactly(7L, 2L, 1L);
		assertThat(Timeline.of(List.of())).isEmpty();
	}

	@Test
	void nothingIsKnownOfTheTimeBeforeTheFirstOne() {
		assertThat(newest(mastership(1, 0, null)).withoutMaster()).isEmpty();
	}

	@Test
	void gapIsTheTimeSinceTheEndBefore() {
		assertThat(newest(mastership(1, 0, 10), mastership(2, 25, null)).withoutMaster())
			.contains(Duration.ofSeconds(15));
		assertThat(newest(mastership(1, 0, 10), mastership(2, 10, null)).withoutMaster()).contains(Duration.ZERO);
	}

	@Test
	void whereTheEndIsUnknownTheGapIsWhatWasSeenOfIt() {
		MastershipEntry newest = newest(mastership(1, 0, null), mastership(2, 25, null));
		assertThat(newest.withoutMaster()).contains(SEEN);
		MastershipEntry crashed = Timeline.of(List.of(mastership(1, 0, null), mastership(2, 25, null))).get(1);
		assertThat(crashed.until()).isEmpty();
		assertThat(crashed.endCause()).isEmpty();
	}

	@Test
	void whoCouldNotSeeAnythingSaysNothing() {
		MastershipRecord blind = new MastershipRecord(2, "b", "box", RoleChangeCause.PROMOTED, BEGIN, null, null);
		assertThat(newest(mastership(1, -10, null), blind).withoutMaster()).isEmpty();
	}

	@Test
	void masterThatNoticesItsEndLateWasMasterUntilTheNextOneWas() {
		List<MastershipEntry> entries = Timeline.of(List.of(mastership(1, 0, 60), mastership(2, 25, null)));
		assertThat(entries.get(1).until()).contains(BEGIN.plusSeconds(25));
		assertThat(entries.get(0).withoutMaster()).contains(SEEN);
	}

	@Test
	void clocksThatDifferMakeNoTimeNegative() {
		// the clock of the second master is an hour behind
		List<MastershipEntry> entries = Timeline.of(List.of(mastership(1, 3600, 3610), mastership(2, 11, 20)));
		assertThat(entries.get(1).until()).contains(entries.get(1).since());
		assertThat(entries.get(0).withoutMaster()).contains(SEEN);
	}

	private static MastershipEntry newest(MastershipRecord... records) {
		return Timeline.of(List.of(records)).get(0);
	}

	private static MastershipRecord mastership(long token, int since, @Nullable Integer until) {
		MastershipRecord begun = new MastershipRecord(token, "instance-" + token, "box", RoleChangeCause.PROMOTED,
				BEGIN.plusSeconds(since), SEEN, null);
		return (until != null) ? begun.ended(BEGIN.plusSeconds(until), RoleChangeCause.STEPPED_DOWN) : begun;
	}

}
