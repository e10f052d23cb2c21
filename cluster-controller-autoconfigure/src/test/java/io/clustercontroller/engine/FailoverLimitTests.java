package io.clustercontroller.engine;

import java.time.Duration;

import io.clustercontroller.ClusterTimings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The worst cases that are told are those of the settings and of what the engine does.
 */
class FailoverLimitTests {

	private static final ClusterTimings DEFAULTS = timings(10, 9);

	@Test
	void crashTakesTheTtlAndAnElection() {
		assertThat(DEFAULTS.crashFailoverLimit()).isEqualTo(Duration.ofMillis(11_500));
		assertThat(timings(2, 9).crashFailoverLimit()).isEqualTo(Duration.ofMillis(3_500));
	}

	@Test
	void electionHasTimeForNineDeadCandidatesAndAnAttemptInVain() {
		Duration afterExpiry = DEFAULTS.crashFailoverLimit().minus(DEFAULTS.ttl()).minusMillis(500);
		Duration turns = Election.TURN.multipliedBy(9);
		assertThat(afterExpiry).isGreaterThanOrEqualTo(turns.plus(SessionRequests.RETRY).plusMillis(250));
	}

	@Test
	void handOverTakesTheQuestionsTheWorkAndThePassingOn() {
		Duration questions = Succession.PATIENCE.multipliedBy(Succession.MOST_CANDIDATES);
		assertThat(DEFAULTS.handOverLimit()).isEqualTo(Duration.ofSeconds(11))
			.isEqualTo(questions.plus(DEFAULTS.workLimit()).plus(DEFAULTS.leaveLimit()));
		assertThat(timings(10, 30).handOverLimit()).isEqualTo(Duration.ofSeconds(32));
		assertThat(timings(10, 1).handOverLimit()).isEqualTo(Duration.ofMillis(3_875));
	}

	private static ClusterTimings timings(int ttl, int stopTimeout) {
		return new ClusterTimings(Duration.ofSeconds(ttl), Duration.ofSeconds(ttl).dividedBy(3),
				Duration.ofSeconds(stopTimeout));
	}

}
