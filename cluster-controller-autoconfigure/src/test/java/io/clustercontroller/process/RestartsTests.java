package io.clustercontroller.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

import io.clustercontroller.process.ProcessProperties.Restart;
import io.clustercontroller.process.ProcessProperties.Restart.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RestartsTests {

	private static final Duration SHORT = Duration.ofSeconds(5);

	private static final Duration STABLE = Duration.ofMinutes(1);

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	/** Makes every pause the longest, so that it can be compared. */
	private static final RandomGenerator LONGEST = new RandomGenerator() {

		@Override
		public long nextLong() {
			return -1;
		}

	};

	@ParameterizedTest
	@CsvSource({ "NEVER, 0, false", "NEVER, 3, false", "NEVER, 137, false", "ON_FAILURE, 0, false",
			"ON_FAILURE, 1, true", "ON_FAILURE, 137, true", "ALWAYS, 0, true", "ALWAYS, 3, true" })
	void policyAndExitCodeDecide(Policy policy, int exitCode, boolean again) {
		Restarts restarts = restarts(policy, 10);
		assertThat(restarts.after(exitCode, SHORT, 0).isPresent()).isEqualTo(again);
		assertThat(restarts.isLimitReached()).isFalse();
	}

	@Test
	void pausesDoubleUpToTheLongest() {
		Restarts restarts = restarts(Policy.ALWAYS, 10);
		assertThat(pauses(restarts, 7, SHORT)).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
	}

	@Test
	void pausesAreCutByUpToAHalfAtRandom() {
		Restarts restarts = new Restarts(properties(Policy.ALWAYS, 10), () -> 0);
		assertThat(restarts.after(1, SHORT, 0)).contains(Duration.ofMillis(500));
		assertThat(restarts.after(1, SHORT, 0)).contains(Duration.ofSeconds(1));
	}

	@Test
	void stableServiceBeginsWithTheFirstPauseAgain() {
		Restarts restarts = restarts(Policy.ALWAYS, 10);
		assertThat(pauses(restarts, 3, SHORT)).containsExactly(1L, 2L, 4L);
		assertThat(pauses(restarts, 1, STABLE)).containsExactly(1L);
		assertThat(pauses(restarts, 2, STABLE.minusNanos(1))).containsExactly(2L, 4L);
	}

	@Test
	void limitCountsTheRestartsInTheWindow() {
		Restarts restarts = restarts(Policy.ON_FAILURE, 3);
		assertThat(restarts.after(1, SHORT, 0)).isPresent();
		assertThat(restarts.after(1, SHORT, 100 * SECOND)).isPresent();
		assertThat(restarts.after(1, SHORT, 200 * SECOND)).isPresent();
		assertThat(restarts.after(1, SHORT, 600 * SECOND)).isEmpty();
		assertThat(restarts.isLimitReached()).isTrue();
		// the window slides: the first one is ten minutes ago
		assertThat(restarts.after(1, SHORT, 600 * SECOND + 1)).isPresent();
		assertThat(restarts.after(1, SHORT, 650 * SECOND)).isEmpty();
		assertThat(restarts.after(1, SHORT, 700 * SECOND + 1)).isPresent();
	}

	@Test
	void endWithoutFailureIsNotTakenForTooManyRestarts() {
		Restarts restarts = restarts(Policy.ON_FAILURE, 1);
		assertThat(restarts.after(1, SHORT, 0)).isPresent();
		assertThat(restarts.after(0, SHORT, SECOND)).isEmpty();
		assertThat(restarts.isLimitReached()).isFalse();
	}

	@Test
	void windowHoldsWhereTheNanoTimeOverflows() {
		Restarts restarts = restarts(Policy.ALWAYS, 1);
		assertThat(restarts.after(1, SHORT, Long.MAX_VALUE)).isPresent();
		assertThat(restarts.after(1, SHORT, Long.MIN_VALUE + SECOND)).isEmpty();
		assertThat(restarts.after(1, SHORT, Long.MIN_VALUE + 601 * SECOND)).isPresent();
	}

	private static List<Long> pauses(Restarts restarts, int count, Duration uptime) {
		List<Long> pauses = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			Optional<Duration> pause = restarts.after(1, uptime, 0);
			// a fraction of a millisecond below
			pauses.add(pause.orElseThrow().plusMillis(1).toSeconds());
		}
		return pauses;
	}

	private static Restarts restarts(Policy policy, int limit) {
		return new Restarts(properties(policy, limit), LONGEST);
	}

	private static Restart properties(Policy policy, int limit) {
		return new Restart(policy, Duration.ofSeconds(1), Duration.ofSeconds(30), STABLE, limit,
				Duration.ofMinutes(10));
	}

}
