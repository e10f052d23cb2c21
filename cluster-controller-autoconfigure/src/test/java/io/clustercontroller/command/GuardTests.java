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
 * The guard while its JVM lives; {@link SurvivorTests} have the rest.
 */
class GuardTests {

	private final Commands commands = new Commands();

	private final String mark = UUID.randomUUID().toString();

	private final List<String> lines = new CopyOnWriteArrayList<>();

	@AfterEach
	void close() {
		this.commands.close();
		assertThat(TestCommands.alive(this.mark)).isEmpty();
	}

	@Test
	void endsWithTheCommandThatLeavesNobody() {
		CommandProcess running = start("echo ready; exit 0");
		awaitEnd(guard(running));
	}

	@Test
	void endsWhenTheCommandWasStopped() {
		CommandProcess running = start("echo ready; exec sleep 1000");
		assertThat(guard(running).isAlive()).isTrue();
		running.stop(TestCommands.LIMIT);
		TestCommands.get(running.ended());
		awaitEnd(guard(running));
	}

	@Test
	void sendsAnySignal() {
		CommandProcess running = start("""
				trap 'echo winch' WINCH; trap 'echo 36' 36; trap 'echo usr1' USR1; echo ready
				while :; do sleep 0.01; done""");
		for (String signal : List.of("USR1", "WINCH", "36")) {
			running.signal(signal);
			awaitLine(signal.toLowerCase());
		}
	}

	@Test
	void stopsWithTheSignalOfTheCommand() {
		CommandProcess running = start(
				"trap 'echo quit; exit 5' QUIT; trap '' TERM; echo ready; while :; do sleep 0.01; done", "QUIT");
		running.stop(TestCommands.LIMIT);
		TestCommands.get(running.ended());
		assertThat(TestCommands.get(running.exited())).isEqualTo(5);
	}

	@Test
	void isReplacedWhenItIsKilled() {
		CommandProcess running = start("trap 'echo usr1' USR1; echo ready; while :; do sleep 0.01; done");
		ProcessHandle first = guard(running);
		first.destroyForcibly();
		awaitEnd(first);
		Awaitility.await().atMost(TestCommands.LIMIT).until(() -> guard(running).pid() != first.pid());
		assertThat(guard(running).isAlive()).isTrue();
		running.signal("USR1");
		awaitLine("usr1");
		running.stop(TestCommands.LIMIT);
		TestCommands.get(running.ended());
		awaitEnd(guard(running));
	}

	@Test
	void countdownIsReplacedWithItsGuard() {
		CommandProcess running = start("echo ready; exec sleep 1000");
		ProcessHandle first = guard(running);
		running.keepFor(Duration.ofMinutes(10));
		Awaitility.await().atMost(TestCommands.LIMIT).until(() -> first.descendants().count() == 2);
		List<ProcessHandle> countdown = first.descendants().toList();
		first.destroyForcibly();
		Awaitility.await().atMost(TestCommands.LIMIT).until(() -> guard(running).pid() != first.pid());
		Awaitility.await()
			.atMost(TestCommands.LIMIT)
			.until(() -> countdown.stream().noneMatch(ProcessHandle::isAlive)
					&& guard(running).descendants().count() == 2);
		assertThat(running.exited().toCompletableFuture()).isNotDone();
	}

	@Test
	void endsWhatIsKeptFromItsStartAndNeverAgain() {
		RunningCommand running = this.commands.start(
				TestCommands.marked(this.mark, TestCommands.shell(Trees.ALL + "wait")), new Output.Discarded(),
				Duration.ofMillis(500));
		TestCommands.get(running.exited());
		Awaitility.await().atMost(TestCommands.LIMIT).until(() -> TestCommands.alive(this.mark).isEmpty());
	}

	@Test
	void cannotBeAskedToEnd() {
		CommandProcess running = start("trap 'echo usr1' USR1; echo ready; while :; do sleep 0.01; done");
		guard(running).destroy();
		running.signal("USR1");
		awaitLine("usr1");
		assertThat(guard(running).isAlive()).isTrue();
	}

	@Test
	void endsWhatIsKeptNoLonger() {
		CommandProcess running = start(Trees.ALL + "echo ready; wait");
		running.keepFor(Duration.ofMinutes(10));
		running.keepFor(Duration.ofMillis(100));
		TestCommands.get(running.exited());
		Awaitility.await().atMost(TestCommands.LIMIT).until(() -> TestCommands.alive(this.mark).isEmpty());
	}

	@Test
	void stopMayFollowKeeping() {
		CommandProcess running = start("echo ready; exec sleep 1000");
		running.keepFor(Duration.ofMinutes(10));
		running.stop(TestCommands.LIMIT);
		TestCommands.get(running.ended());
		awaitEnd(guard(running));
	}

	private CommandProcess start(String script) {
		return start(script, "TERM");
	}

	private CommandProcess start(String script, String signal) {
		Command command = TestCommands.withSignal(TestCommands.shell(script), signal);
		RunningCommand running = this.commands.start(TestCommands.marked(this.mark, command),
				new Output.MergedLines(this.lines::add));
		awaitLine("ready");
		return (CommandProcess) running;
	}

	private void awaitLine(String line) {
		Awaitility.await(line).atMost(TestCommands.LIMIT).until(() -> this.lines.contains(line));
	}

	/** As it was when it was seen: its number may be used again. */
	private static ProcessHandle guard(CommandProcess running) {
		return running.guard().handle();
	}

	private static void awaitEnd(ProcessHandle guard) {
		Awaitility.await("the end of the guard").atMost(TestCommands.LIMIT).until(() -> !guard.isAlive());
	}

}
