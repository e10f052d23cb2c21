package io.clustercontroller.command;

import java.util.UUID;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application uses up does not make its commands get out of hand.
 */
class ExhaustionTests {

	private final String mark = UUID.randomUUID().toString();

	@AfterEach
	void awaitNobody() {
		Awaitility.await("the end of all processes")
			.atMost(TestCommands.LIMIT)
			.until(() -> TestCommands.alive(this.mark).isEmpty());
	}

	@Test
	void endsAreSeenWhileTheCommonPoolIsBusy() throws Exception {
		try (CommandJvm jvm = CommandJvm.start("block", this.mark)) {
			jvm.awaitLine("exited with 7");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void nobodyIsForgottenWhileNoFileCanBeOpened(int free) throws Exception {
		try (CommandJvm jvm = CommandJvm.start("exhaust", this.mark, String.valueOf(free))) {
			jvm.awaitLine("asked");
			jvm.awaitLine("exited with 137");
			jvm.awaitLine("ended");
			assertThat(TestCommands.alive(this.mark)).isEmpty();
		}
	}

}
