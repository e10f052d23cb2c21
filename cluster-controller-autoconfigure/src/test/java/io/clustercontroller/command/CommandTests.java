package io.clustercontroller.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What can be said about a command before it runs.
 */
class CommandTests {

	@TempDir
	private Path directory;

	static Stream<Arguments> texts() {
		return Stream.of(Arguments.of("", List.of()), Arguments.of(" \t\n", List.of()),
				Arguments.of("  nginx  -g\t'daemon off;'\n", List.of("nginx", "-g", "daemon off;")),
				Arguments.of("a\"b c\"'d e'f", List.of("ab cd ef")), Arguments.of("'' \"\"", List.of("", "")),
				Arguments.of("a\\ b \\' \\\"", List.of("a b", "'", "\"")),
				Arguments.of("'a\\b' \"a\\b\"", List.of("a\\b", "a\\b")),
				Arguments.of("\"\\\" \\\\ \\$ \\`\"", List.of("\" \\ $ `")), Arguments.of("\"it's\"", List.of("it's")),
				Arguments.of("a\\\nb \"c\\\nd\"", List.of("ab", "cd")),
				Arguments.of("echo $HOME *.txt && # no", List.of("echo", "$HOME", "*.txt", "&&", "#", "no")),
				Arguments.of("\"a\nb\" 'c\nd'", List.of("a\nb", "c\nd")));
	}

	@ParameterizedTest
	@MethodSource("texts")
	void textIsSplitAsAShellDoes(String text, List<String> words) {
		assertThat(Command.split(text)).isEqualTo(words);
	}

	@ParameterizedTest
	@MethodSource("unfinishedTexts")
	void unfinishedTextIsRefused(String text, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> Command.split(text)).withMessage(message);
	}

	static Stream<Arguments> unfinishedTexts() {
		return Stream.of(Arguments.of("echo 'a b", "the quote ' at position 6 is not closed"),
				Arguments.of("echo \"a\\\"", "the quote \" at position 6 is not closed"),
				Arguments.of("\"", "the quote \" at position 1 is not closed"),
				Arguments.of("echo a\\", "the backslash at the end has nothing to follow it"));
	}

	@Test
	void programIsFoundInThePathOfTheCommand() throws IOException {
		Path program = executable("program");
		Command command = TestCommands.of("program");
		assertRefused(command,
				"the program 'program' is in none of the folders of PATH (" + System.getenv("PATH") + ")",
				"Correct the name, install the program, or give its whole path.");
		assertThat(Program.of(TestCommands.with(command, Map.of("PATH", "/nowhere:" + this.directory))))
			.isEqualTo(program.toString());
	}

	@Test
	void withoutPathTheUsualFoldersAreLookedInto() {
		assertThat(Program.of(TestCommands.with(TestCommands.of("sh"), Map.of()))).endsWith("/sh");
	}

	@Test
	void relativeProgramIsFoundInTheDirectoryOfTheCommand() throws IOException {
		executable("program");
		Command command = TestCommands.of("./program");
		assertRefused(command, "the program './program' (" + Path.of("program").toAbsolutePath() + ") does not exist",
				"Correct the path, or install the program.");
		assertThatNoException().isThrownBy(() -> TestCommands.in(this.directory, command).check());
	}

	@Test
	void whatCannotBeExecutedIsRefused() throws IOException {
		Path file = Files.createFile(this.directory.resolve("file"));
		assertRefused(TestCommands.of(file.toString()), "the program '" + file + "' may not be executed by this user",
				"Allow it (chmod +x), and look whether its file system is mounted with noexec.");
		assertRefused(TestCommands.of(this.directory.toString()), "the program '" + this.directory + "' is a directory",
				"Name a program in it.");
		assertRefused(TestCommands.with(TestCommands.of("file"), Map.of("PATH", this.directory.toString())),
				"the program 'file' may not be executed by this user (" + file + ")",
				"Allow it (chmod +x), and look whether its file system is mounted with noexec.");
		assertRefused(TestCommands.of(), "the command is empty", "Name a program and its arguments.");
	}

	@Test
	void directoryMustBeOne() throws IOException {
		Path file = Files.createFile(this.directory.resolve("file"));
		Path missing = this.directory.resolve("missing");
		assertRefused(TestCommands.in(missing, TestCommands.of("sh")),
				"the directory '" + missing + "' of the command 'sh' does not exist",
				"Create it, or name another one.");
		assertRefused(TestCommands.in(file, TestCommands.of("sh")),
				"the directory '" + file + "' of the command 'sh' is a file", "Name a directory.");
	}

	@ParameterizedTest
	@CsvSource({ "cd /srv && ./run, cd", "missing-1 secret | missing-2, missing-1", "NAME=secret missing-3, NAME=...",
			"NAME=/secret/file missing-4, NAME=...", "$PROGRAM -x, $PROGRAM", "exec missing-5, exec",
			"missing-6 secret > log, missing-6" })
	void whoMeansAShellIsToldToNameOne(String text, String shown) {
		assertRefused(new Command(Command.split(text), null, Map.of(), false, "TERM", TestCommands.LIMIT), null,
				"No shell is run, so what only a shell understands does not work; name one: sh -c '" + shown
						+ " ...'.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "term", "SIGTERM", "0", "65", "TERM; reboot" })
	void signalsThatDoNotExistAreRefused(String signal) {
		assertRefused(TestCommands.withSignal(TestCommands.of("sh"), signal), "there is no signal '" + signal + "'",
				"Use a name without SIG in capital letters, such as TERM, INT, QUIT or HUP, or a number from 1 to 64.");
	}

	@ParameterizedTest
	@CsvSource({ "TERM, TERM", "term, TERM", "SIGHUP, HUP", "' sigusr1 ', USR1", "34, 34" })
	void signalMayBeWrittenAsItIsUsual(String text, String name) {
		assertThat(Command.signalName(text)).isEqualTo(name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "SIG", "0", "65", "TERM; reboot" })
	void nameOfNoSignalIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Command.signalName(text))
			.withMessage("there is no signal '" + text + "'");
	}

	private static void assertRefused(Command command, String message, String remedy) {
		assertThatExceptionOfType(CommandException.class).isThrownBy(command::check).satisfies((ex) -> {
			assertThat(ex.getMessage()).doesNotContain("secret");
			if (message != null) {
				assertThat(ex).hasMessage(message);
			}
			assertThat(ex.getRemedy()).isEqualTo(remedy);
		});
	}

	private Path executable(String name) throws IOException {
		Path file = Files.createFile(this.directory.resolve(name));
		assertThat(file.toFile().setExecutable(true)).isTrue();
		return file;
	}

}
