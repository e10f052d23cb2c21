package io.clustercontroller.command;

import java.util.UUID;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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

}
