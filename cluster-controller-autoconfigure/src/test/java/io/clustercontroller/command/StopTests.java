package io.clustercontroller.command;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing of a command is left when it was stopped.
 */
class StopTests {

	private final Commands commands = new Commands();

	private final String mark = UUID.randomUUID().toString();

	private final List<String> lines = new CopyOnWriteArrayList<>();

	@AfterEach
	void close() {
		this.commands.close();
		assertThat(TestCommands.alive(this.mark)).isEmpty();
	}

	@Test
	void stopSignalIsHonoured() {
		RunningCommand running = start("trap 'echo ending; exit 7' TERM; echo ready; while :; do sleep 0.01; done");
		running.stop(Duration.ofMinutes(1));
		TestCommands.get(running.ended());
		assertThat(TestCommands.get(running.exited())).isEqualTo(7);
		assertThat(this.lines).endsWith("ending");
	}

	@Test
	void whoIgnoresTheSignalIsKilledAtTheLimit() {
		RunningCommand running = start("trap '' TERM; echo ready; while :; do sleep 1; done");
		running.stop(Duration.ofMillis(300));
		TestCommands.get(running.ended());
		assertThat(TestCommands.get(running.exited())).isEqualTo(137);
	}

	@Test
	void laterStopShortensTheTime() {
		RunningCommand running = start("trap '' TERM; echo ready; while :; do sleep 1; done");
		running.stop(Duration.ofMinutes(10));
		running.stop(Duration.ofHours(10));
		assertThat(running.ended().toCompletableFuture()).isNotDone();
		running.stop(Duration.ZERO);
		TestCommands.get(running.ended());
		assertThat(TestCommands.get(running.exited())).isEqualTo(137);
	}

	@Test
	void wholeTreeIsEnded() {
		RunningCommand running = start(Trees.ALL + "echo ready; wait");
		running.stop(Duration.ofSeconds(1));
		TestCommands.get(running.ended());
		assertThat(TestCommands.alive(this.mark)).isEmpty();
	}

	@Test
	void whatIsLeftBehindIsEndedAfterwards() {
		RunningCommand running = start(Trees.ALL + "echo ready; exit 3");
		assertThat(TestCommands.get(running.exited())).isEqualTo(3);
		assertThat(TestCommands.alive(this.mark)).isNotEmpty();
		assertThat(running.ended().toCompletableFuture()).isNotDone();
		running.stop(Duration.ofSeconds(1));
		TestCommands.get(running.ended());
		assertThat(TestCommands.alive(this.mark)).isEmpty();
	}

	private RunningCommand start(String script) {
		RunningCommand running = this.commands.start(TestCommands.marked(this.mark, TestCommands.shell(script)),
				new Output.MergedLines(this.lines::add));
		Awaitility.await()
			.atMost(TestCommands.LIMIT)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> this.lines.contains("ready"));
		return running;
	}

}
