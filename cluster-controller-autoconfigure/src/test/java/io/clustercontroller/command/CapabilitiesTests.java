package io.clustercontroller.command;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * On any machine a command runs and is stopped, with what it has started as far as it can
 * be found.
 */
class CapabilitiesTests {

	private final String mark = UUID.randomUUID().toString();

	private final List<String> lines = new CopyOnWriteArrayList<>();

	@Test
	void thisMachineHasAll() {
		Capabilities capabilities = Capabilities.probe();
		assertThat(capabilities).isEqualTo(new Capabilities(true, true, true, true));
		assertThat(capabilities.leaveNoSurvivors()).isTrue();
		assertThat(capabilities.describe())
			.isEqualTo("Nothing that a command starts outlives this JVM, however it ends.");
	}

	@Test
	void whatIsMissingIsSaidWithTheRemedy() {
		assertThat(new Capabilities(false, false, false, false).describe()).contains("may outlive", "'sh'", "dash",
				"'setsid'", "util-linux", "'setpriv'", "/proc");
		assertThat(new Capabilities(true, false, true, true).describe()).contains("may outlive", "'setsid'")
			.doesNotContain("'sh'", "'setpriv'", "/proc");
		Capabilities withoutSetpriv = new Capabilities(true, true, false, true);
		assertThat(withoutSetpriv.leaveNoSurvivors()).isTrue();
		assertThat(withoutSetpriv.describe()).contains("outlives this JVM", "'setpriv'");
	}

	static Stream<Capabilities> lesserMachines() {
		return Stream.of(new Capabilities(true, true, false, true), new Capabilities(true, false, true, true),
				new Capabilities(true, true, true, false), new Capabilities(true, false, false, false),
				new Capabilities(false, true, true, true), new Capabilities(false, false, false, true),
				new Capabilities(false, false, false, false));
	}

	@ParameterizedTest
	@MethodSource("lesserMachines")
	void commandRuns(Capabilities capabilities) throws InterruptedException {
		try (Commands commands = new Commands(capabilities)) {
			Command command = TestCommands.shell("cat; echo $0 $1; exit 7");
			assertThat(commands.run(TestCommands.marked(this.mark, command), TestCommands.LIMIT, this.lines::add))
				.isEqualTo(new CommandResult(7, false));
			assertThat(this.lines).singleElement().asString().endsWith("sh");
		}
	}

	@ParameterizedTest
	@MethodSource("lesserMachines")
	void commandIsStopped(Capabilities capabilities) {
		String script = Trees.CHILD + Trees.GRANDCHILD + Trees.PIPELINE
				+ (capabilities.processTable() ? Trees.DOUBLE_FORK + Trees.DAEMON : "")
				+ "trap 'echo term; exit 3' TERM; ";
		try (Commands commands = new Commands(capabilities)) {
			RunningCommand running = start(commands, script + "echo ready; wait");
			running.stop(Duration.ofSeconds(20));
			TestCommands.get(running.ended());
			assertThat(TestCommands.get(running.exited())).isEqualTo(3);
			assertThat(this.lines).contains("term");
			assertThat(TestCommands.alive(this.mark)).isEmpty();
		}
	}

	@ParameterizedTest
	@MethodSource("lesserMachines")
	void stubbornCommandIsKilled(Capabilities capabilities) {
		try (Commands commands = new Commands(capabilities)) {
			RunningCommand running = start(commands, Trees.STUBBORN + "trap '' TERM; echo ready; wait; wait");
			running.stop(Duration.ofMillis(100));
			TestCommands.get(running.ended());
			assertThat(TestCommands.get(running.exited())).isEqualTo(137);
			assertThat(TestCommands.alive(this.mark)).isEmpty();
		}
	}

	@ParameterizedTest
	@MethodSource("lesserMachines")
	void commandIsKeptNoLongerThanSaid(Capabilities capabilities) {
		try (Commands commands = new Commands(capabilities)) {
			RunningCommand running = start(commands, "echo ready; exec sleep 1000");
			running.keepFor(Duration.ofMinutes(1));
			running.keepFor(Duration.ofMillis(100));
			assertThat(TestCommands.get(running.exited())).isEqualTo(143);
		}
	}

	private RunningCommand start(Commands commands, String script) {
		RunningCommand running = commands.start(TestCommands.marked(this.mark, TestCommands.shell(script)),
				new Output.Lines(this.lines::add, this.lines::add));
		Awaitility.await().atMost(TestCommands.LIMIT).until(() -> this.lines.contains("ready"));
		return running;
	}

}
