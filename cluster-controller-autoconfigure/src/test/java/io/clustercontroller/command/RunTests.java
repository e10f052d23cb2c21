package io.clustercontroller.command;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Running a command to its end, or to the end of its time.
 */
class RunTests {

	private static final Duration SHORT = Duration.ofMillis(300);

	private final Commands commands = new Commands();

	private final String mark = UUID.randomUUID().toString();

	private final List<String> lines = new CopyOnWriteArrayList<>();

	@AfterEach
	void close() {
		this.commands.close();
		assertThat(TestCommands.alive(this.mark)).isEmpty();
	}

	@Test
	void resultIsThatOfTheCommand() throws InterruptedException {
		CommandResult result = run("echo out; echo err >&2; exit 3", TestCommands.LIMIT);
		assertThat(result).isEqualTo(new CommandResult(3, false));
		assertThat(result.isSuccess()).isFalse();
		assertThat(this.lines).containsExactly("out", "err");
	}

	@Test
	void treeIsEndedWhenTheTimeIsOver() throws InterruptedException {
		CommandResult result = run(Trees.ALL + "wait", SHORT);
		assertThat(result.timedOut()).isTrue();
		assertThat(result.isSuccess()).isFalse();
		assertThat(TestCommands.alive(this.mark)).isEmpty();
	}

	@Test
	void successAfterTheTimeIsNone() throws InterruptedException {
		CommandResult result = run("trap 'exit 0' TERM; while :; do sleep 0.01; done", SHORT);
		assertThat(result).isEqualTo(new CommandResult(0, true));
		assertThat(result.isSuccess()).isFalse();
	}

	@Test
	void whatIsLeftBehindIsEnded() throws InterruptedException {
		assertThat(run(Trees.ALL + "echo done", TestCommands.LIMIT).isSuccess()).isTrue();
		assertThat(TestCommands.alive(this.mark)).isEmpty();
	}

	@Test
	void interruptEndsTheTree() throws InterruptedException {
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				run(Trees.ALL + "echo ready; wait", TestCommands.LIMIT);
				interrupted.complete(false);
			}
			catch (InterruptedException ex) {
				interrupted.complete(TestCommands.alive(this.mark).isEmpty());
			}
		}, "to-be-interrupted");
		thread.start();
		Awaitility.await().atMost(TestCommands.LIMIT).until(() -> this.lines.contains("ready"));
		thread.interrupt();
		assertThat(TestCommands.get(interrupted)).as("interrupted, and nothing left").isTrue();
		thread.join(TestCommands.LIMIT.toMillis());
	}

	@Test
	void closeKillsWhatRuns() {
		RunningCommand running = this.commands.start(
				TestCommands.marked(this.mark, TestCommands.shell(Trees.ALL + "trap '' TERM; echo ready; wait; wait")),
				new Output.MergedLines(this.lines::add));
		Awaitility.await().atMost(TestCommands.LIMIT).until(() -> this.lines.contains("ready"));
		this.commands.close();
		assertThat(running.ended().toCompletableFuture()).isDone();
		assertThat(running.exited().toCompletableFuture()).isCompletedWithValue(137);
		running.stop(Duration.ZERO);
		running.signal("HUP");
	}

	private CommandResult run(String script, Duration timeout) throws InterruptedException {
		Command command = TestCommands.withGrace(TestCommands.shell(script), Duration.ofSeconds(1));
		return this.commands.run(TestCommands.marked(this.mark, command), timeout, this.lines::add);
	}

}
