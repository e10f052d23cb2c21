package io.clustercontroller.command;

import java.time.Duration;
import java.util.UUID;

import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing of a command outlives its JVM. More often with {@code -Dmeasure.kills=20}.
 */
class SurvivorTests {

	private static final int KILLS = Integer.getInteger("measure.kills", 3);

	private final String mark = UUID.randomUUID().toString();

	@Test
	void nothingSurvivesAKillWhileTheCommandStarts() throws Exception {
		for (int i = 0; i < KILLS; i++) {
			try (CommandJvm jvm = CommandJvm.start("tree", this.mark)) {
				Waits.letPass(Duration.ofMillis(20L * i / KILLS));
				jvm.kill();
			}
			awaitNobody();
		}
	}

	@Test
	void nothingSurvivesAKillLaterOn() throws Exception {
		for (int i = 0; i < KILLS; i++) {
			try (CommandJvm jvm = CommandJvm.start("tree", this.mark)) {
				jvm.awaitLine("started");
				jvm.kill();
			}
			awaitNobody();
		}
	}

	@Test
	void nothingOutlivesTheTimeForWhichItIsKeptByAFrozenJvm() throws Exception {
		try (CommandJvm jvm = CommandJvm.start("keep", this.mark)) {
			jvm.awaitLine("started");
			Waits.letPass(Duration.ofSeconds(2));
			assertThat(TestCommands.alive(this.mark)).as("while it is kept").isNotEmpty();
			jvm.freeze();
			awaitNobody();
			jvm.thaw();
			jvm.awaitLine("exited");
		}
	}

	private void awaitNobody() {
		Awaitility.await("the end of all processes")
			.atMost(TestCommands.LIMIT)
			.until(() -> TestCommands.alive(this.mark).isEmpty());
		assertThat(TestCommands.alive(this.mark)).isEmpty();
	}

}
