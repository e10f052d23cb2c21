package io.clustercontroller.coordination;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Deadline}.
 */
class DeadlineTests {

	private static final long SECOND = 1_000_000_000L;

	private static final Duration MARGIN = Duration.ofSeconds(3);

	@ParameterizedTest
	@ValueSource(longs = { 0, -17 * SECOND, Long.MAX_VALUE - SECOND, Long.MAX_VALUE - 7 * SECOND })
	void isOverAMarginBeforeTheEndOfTheSession(long start) {
		Deadline deadline = Deadline.of(new Confirmation(start, 0, Duration.ofSeconds(10)), MARGIN);
		assertThat(deadline.isOver(start)).isFalse();
		assertThat(deadline.isOver(start + 7 * SECOND - 1)).isFalse();
		assertThat(deadline.isOver(start + 7 * SECOND)).isTrue();
		assertThat(deadline.isOver(start + 10 * SECOND)).isTrue();
		assertThat(deadline.isOver(start + 1_000_000 * SECOND)).isTrue();
	}

	@Test
	void isSuspectWhenTheWallClockHasRunAheadByMoreThanTheMargin() {
		Deadline deadline = Deadline.of(new Confirmation(SECOND, 5000, Duration.ofSeconds(10)), MARGIN);
		assertThat(deadline.isSuspect(SECOND, 8000)).isFalse();
		assertThat(deadline.isSuspect(SECOND, 8001)).isTrue();
		assertThat(deadline.isSuspect(3 * SECOND, 10_000)).isFalse();
		assertThat(deadline.isSuspect(3 * SECOND, 10_001)).isTrue();
		assertThat(deadline.isOpen(3 * SECOND, 10_001)).isFalse();
	}

	@Test
	void clockThatWasSetBackIsNotSuspect() {
		Deadline deadline = Deadline.of(new Confirmation(0, 1_700_000_000_000L, Duration.ofSeconds(10)), MARGIN);
		assertThat(deadline.isSuspect(SECOND, 0)).isFalse();
		assertThat(deadline.isOpen(SECOND, 0)).isTrue();
	}

	@Test
	void clockThatWasSetFarAheadIsSuspect() {
		Deadline deadline = Deadline.of(new Confirmation(0, 0, Duration.ofSeconds(10)), MARGIN);
		// the wall clock of a machine that learns the time only after its start
		assertThat(deadline.isSuspect(SECOND, 1_800_000_000_000L)).isTrue();
	}

	@Test
	void sessionThatLastsAsLongAsItsProcessIsNeverOverNorSuspect() {
		Deadline deadline = Deadline.of(new Confirmation(SECOND, 0, Confirmation.UNLIMITED), MARGIN);
		long century = Duration.ofDays(36_500).toNanos();
		assertThat(deadline.isOpen(SECOND + century, 0)).isTrue();
		assertThat(deadline.isOpen(SECOND, 1_800_000_000_000L)).isTrue();
	}

}
