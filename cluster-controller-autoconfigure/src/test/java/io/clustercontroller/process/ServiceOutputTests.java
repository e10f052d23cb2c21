package io.clustercontroller.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the output of the service goes. {@link ServiceEndTests} have the output that is
 * inherited.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServiceOutputTests {

	/** Without what a shell says when its child is terminated. */
	private static final String WAIT = "exec 2>/dev/null; while :; do sleep 0.02; done";

	@TempDir
	private Path directory;

	private CapturedOutput output;

	@BeforeEach
	void capture(CapturedOutput output) {
		this.output = output;
	}

	@Test
	void linesAreLoggedToTheirEnd() {
		// as many as fill the pipe several times over, and some more when it is stopped
		String command = "sh -c 'trap \"seq -f handler-%.0f 5000; exit 0\" TERM; seq -f line-%.0f 20000; "
				+ "echo trouble >&2; printf last; echo; " + WAIT + "'";
		try (ServiceInstance instance = start(command)) {
			assertThat(instance.service().pid()).isPresent();
			await("last");
			await("trouble");
		}
		List<String> expected = new ArrayList<>(numbered("line-", 20_000));
		expected.add("last");
		expected.addAll(numbered("handler-", 5000));
		assertThat(messages("service", "INFO")).isEqualTo(expected);
		assertThat(messages("service", "WARN")).containsExactly("trouble");
	}

	@Test
	void levelsLoggerAndSuppressedLinesAreConfigurable() {
		String command = "sh -c 'echo GET /health 200; echo GET /health-report 404; echo GET / 200; "
				+ "echo GET /health 200 >&2; echo bad >&2; " + WAIT + "'";
		try (ServiceInstance instance = start(command, "log.logger=web.access", "log.stdout-level=debug",
				"log.stderr-level=error", "suppress-log-regexp=/health .*2\\d\\d",
				"--logging.level.web.access=debug")) {
			assertThat(instance.service().pid()).isPresent();
			await("GET / 200");
			await("bad");
		}
		assertThat(messages("web.access", "DEBUG")).containsExactly("GET /health-report 404", "GET / 200");
		assertThat(messages("web.access", "ERROR")).containsExactly("bad");
		assertThat(messages("service", "INFO")).isEmpty();
	}

	@Test
	void mergedLinesKeepTheirOrder() {
		String command = "sh -c 'for i in 1 2 3 4 5 6 7 8 9; do echo out $i; echo err $i >&2; done; " + WAIT + "'";
		try (ServiceInstance instance = start(command, "log.merge=true")) {
			assertThat(instance.service().pid()).isPresent();
			await("err 9");
		}
		assertThat(messages("service", "INFO")).isEqualTo(
				IntStream.rangeClosed(1, 9).boxed().flatMap((i) -> List.of("out " + i, "err " + i).stream()).toList());
		assertThat(messages("service", "WARN")).isEmpty();
	}

	@Test
	void linesOfTheCommandsForARoleAreLoggedToo() {
		try (ServiceInstance first = start(ServiceInstance.IDLE, "on-role-change=command",
				"on-slave-command=sh -c 'echo told; echo not well >&2'");
				ServiceInstance second = start(ServiceInstance.IDLE)) {
			first.stepDown();
			assertThat(second.context().isActive()).isTrue();
			await("told");
			await("not well");
		}
		assertThat(messages("service", "INFO")).containsExactly("told");
		assertThat(messages("service", "WARN")).containsExactly("not well");
	}

	@Test
	void outputGoesToTheEndOfAFileOrNowhere() throws IOException {
		Path file = Files.writeString(this.directory.resolve("out.log"), "earlier\n");
		String command = "sh -c 'trap \"echo bye; exit 0\" TERM; echo out; echo err >&2; echo >ready; " + WAIT + "'";
		try (ServiceInstance instance = start(command, "output=file", "output-file=" + file)) {
			assertThat(instance.service().pid()).isPresent();
			assertThat(ServiceInstance.lines(file, 3)).containsExactly("earlier", "out", "err");
			ServiceInstance.read(this.directory.resolve("ready"));
		}
		assertThat(file).hasContent("earlier\nout\nerr\nbye");
		Files.delete(this.directory.resolve("ready"));
		try (ServiceInstance instance = start(command, "output=discard")) {
			assertThat(instance.service().pid()).isPresent();
			ServiceInstance.read(this.directory.resolve("ready"));
		}
		assertThat(messages("service", "INFO")).isEmpty();
		assertThat(messages("service", "WARN")).isEmpty();
		assertThat(file).hasContent("earlier\nout\nerr\nbye");
	}

	private static List<String> numbered(String text, int count) {
		return IntStream.rangeClosed(1, count).mapToObj((number) -> text + number).toList();
	}

	private void await(String message) {
		Awaitility.await("the line '" + message + "'")
			.atMost(ServiceInstance.LIMIT)
			.until(() -> this.output.getOut().contains("|" + message + "\n"));
	}

	private List<String> messages(String logger, String level) {
		String start = level + "|" + logger + "|";
		return this.output.getOut()
			.lines()
			.filter((line) -> line.startsWith(start))
			.map((line) -> line.substring(start.length()))
			.toList();
	}

	private ServiceInstance start(String command, String... args) {
		String[] all = Arrays.copyOf(args, args.length + 1);
		all[args.length] = "--logging.pattern.console=%level|%logger|%msg%n";
		return ServiceInstance.start(this.directory, command, all);
	}

}
