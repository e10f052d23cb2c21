package io.clustercontroller.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.clustercontroller.command.ProcessTable.Entry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A command finds what it was promised.
 */
class LaunchTests {

	/** What a shell adds to the environment if it is bash. */
	private static final List<String> OF_THE_SHELL = List.of("PWD", "OLDPWD", "SHLVL", "_");

	private final Commands commands = new Commands();

	private final List<String> lines = new CopyOnWriteArrayList<>();

	@TempDir
	private Path directory;

	@AfterEach
	void close() {
		this.commands.close();
	}

	@Test
	void hasSessionAndGroupOfItsOwn() {
		RunningCommand running = this.commands.start(TestCommands.of("sleep", "1000"), new Output.Discarded());
		// the gate may still be about to be one
		Entry entry = Awaitility.await()
			.atMost(TestCommands.LIMIT)
			.until(() -> ProcessTable.find(running.pid()), (found) -> found.group() == running.pid());
		assertThat(entry.session()).isEqualTo(running.pid());
		assertThat(entry.parent()).isEqualTo(ProcessHandle.current().pid());
	}

	@Test
	void environmentIsExact() throws Exception {
		Map<String, String> environment = Map.of("PATH", System.getenv("PATH"), "EMPTY", "", "TEXT", "a 'b' \"c\" $d",
				"discovery.type", "single-node", "with-dash", "x=y z");
		run(TestCommands.with(TestCommands.of("env", "-0"), environment));
		Map<String, String> seen = new HashMap<>();
		for (String variable : String.join("\n", this.lines).split("\0")) {
			seen.put(variable.substring(0, variable.indexOf('=')), variable.substring(variable.indexOf('=') + 1));
		}
		assertThat(seen.remove(Commands.COOKIE)).hasSize(36);
		seen.keySet().removeAll(OF_THE_SHELL);
		assertThat(seen).isEqualTo(environment);
	}

	@Test
	void runsInItsDirectory() throws Exception {
		run(TestCommands.in(this.directory, TestCommands.of("pwd", "-P")));
		assertThat(this.lines).containsExactly(this.directory.toRealPath().toString());
	}

	@Test
	void argumentsArriveAsTheyAre() throws Exception {
		run(TestCommands.of("printf", "<%s>\\n", "a b", "", "'\"\\$HOME`*", "two\nlines", "-x", "ü€😀"));
		assertThat(this.lines).containsExactly("<a b>", "<>", "<'\"\\$HOME`*>", "<two", "lines>", "<-x>", "<ü€😀>");
	}

	@Test
	void hasNothingToRead() throws Exception {
		assertThat(run(TestCommands.of("cat"))).isEqualTo(new CommandResult(0, false));
		assertThat(this.lines).isEmpty();
	}

	@Test
	void exitCodesAreHandedOn() throws Exception {
		assertThat(run(TestCommands.shell("exit 0")).exitCode()).isZero();
		assertThat(run(TestCommands.shell("exit 7")).exitCode()).isEqualTo(7);
		assertThat(run(TestCommands.shell("kill -TERM $$")).exitCode()).isEqualTo(143);
		assertThat(run(TestCommands.shell("kill -KILL $$")).exitCode()).isEqualTo(137);
	}

	@Test
	void scriptNeedsNoFirstLine() throws Exception {
		Path script = Files.writeString(this.directory.resolve("my script"), "echo \"$0 $1\"\n");
		assertThat(script.toFile().setExecutable(true)).isTrue();
		assertThat(run(TestCommands.in(this.directory, TestCommands.of("./my script", "x"))).exitCode()).isZero();
		assertThat(this.lines).containsExactly("./my script x");
	}

	@Test
	void whatCannotStartIsSaid() {
		assertThatExceptionOfType(CommandException.class).isThrownBy(() -> run(TestCommands.of("no-such-program")))
			.withMessageContaining("'no-such-program' is in none of the folders of PATH");
		assertThatExceptionOfType(CommandException.class)
			.isThrownBy(() -> run(TestCommands.of("echo", "x".repeat(200_000))))
			.withMessageContaining("'echo' cannot be started")
			.withMessageContaining("Argument list too long");
		assertThatExceptionOfType(CommandException.class)
			.isThrownBy(() -> run(TestCommands.with(TestCommands.of("env"), Map.of("A=B", "x"))))
			.withMessageContaining("'env' cannot be started");
		assertThatExceptionOfType(CommandException.class)
			.isThrownBy(() -> this.commands.start(TestCommands.of("env"),
					new Output.ToFile(this.directory.resolve("no/such/file"))))
			.withMessageContaining("no/such/file");
	}

	@Test
	void nothingStartsAfterTheEnd() {
		this.commands.close();
		this.commands.close();
		assertThatExceptionOfType(CommandException.class).isThrownBy(() -> run(TestCommands.of("true")));
	}

	@Test
	void standardInputCanBeThatOfTheJvm() throws IOException {
		try (CommandJvm jvm = CommandJvm.start("inherit")) {
			jvm.write("for the command\n");
			jvm.awaitLine("read for the command");
		}
	}

	private CommandResult run(Command command) throws InterruptedException {
		return this.commands.run(command, TestCommands.LIMIT, this.lines::add);
	}

}
