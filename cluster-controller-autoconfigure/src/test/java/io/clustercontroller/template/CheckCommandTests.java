package io.clustercontroller.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.clustercontroller.command.Commands;
import io.clustercontroller.template.TemplateProperties.Template;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link CheckCommand}, with real commands.
 */
@TestInstance(Lifecycle.PER_CLASS)
class CheckCommandTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	@TempDir
	private Path folder;

	private Path file;

	private Commands commands;

	private final Map<String, String> environment = new HashMap<>(System.getenv());

	@BeforeAll
	void openCommands() {
		this.commands = new Commands();
	}

	@AfterAll
	void closeCommands() {
		this.commands.close();
	}

	@BeforeEach
	void writeFile() throws IOException {
		this.file = Files.writeString(this.folder.resolve("with blank"), "content");
	}

	@Test
	void acceptsFileThatPasses() {
		assertThatNoException().isThrownBy(() -> check("grep -q content {file}", TIMEOUT));
		assertThatNoException().isThrownBy(() -> check("sh -c 'grep -q content \"${0#x}\"' x{file}", TIMEOUT));
	}

	@Test
	void runsNothingWithoutCommand() {
		CheckCommand none = new CheckCommand(() -> {
			throw new AssertionError("Nobody needs a command");
		}, Map.of());
		assertThatNoException().isThrownBy(() -> none.run(template(null, TIMEOUT), this.file));
		assertThatNoException().isThrownBy(() -> none.run(template(" ", TIMEOUT), this.file));
	}

	@Test
	void refusalShowsExitCodeAndLastLines() {
		assertThatExceptionOfType(TemplateException.class)
			.isThrownBy(() -> check("sh -c 'seq 1 30; echo wrong in line 7 >&2; exit 3' {file}", TIMEOUT))
			.withMessageContainingAll("'/etc/app.conf' has not been changed", "'/etc/app.conf.j2'", "exit code 3",
					"    30\n    wrong in line 7")
			.satisfies((failure) -> assertThat(failure.getMessage().lines()).hasSize(22).doesNotContain("    11"));
	}

	@Test
	void refusalWithoutOutputSaysSo() {
		assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> check("false {file}", TIMEOUT))
			.withMessageContainingAll("exit code 1", "It printed nothing.");
	}

	@Test
	void secretsAreNotShown() {
		this.environment.put("DB_PASSWORD", "s3cret");
		assertThatExceptionOfType(TemplateException.class)
			.isThrownBy(() -> check("sh -c 'echo unknown $DB_PASSWORD; exit 1' {file}", TIMEOUT))
			.withMessageContaining("unknown ******");
	}

	@Test
	void commandThatTakesTooLongIsEnded() {
		assertThatExceptionOfType(TemplateException.class)
			.isThrownBy(() -> check("sh -c 'echo waiting; sleep 600' {file}", Duration.ofMillis(500)))
			.withMessageContainingAll("it was not done within 500ms")
			.satisfies((failure) -> assertThat(failure.getRemedy()).contains("'check-timeout'"));
	}

	@Test
	void commandThatIsMissingIsNamed() {
		assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> check("no-such-checker {file}", TIMEOUT))
			.withMessageContainingAll("The check of '/etc/app.conf' cannot be run", "no-such-checker");
	}

	private void check(String command, Duration timeout) {
		new CheckCommand(() -> this.commands, this.environment).run(template(command, timeout), this.file);
	}

	private static Template template(String command, Duration timeout) {
		return new Template(Path.of("/etc/app.conf.j2"), Path.of("/etc/app.conf"), command, timeout);
	}

}
