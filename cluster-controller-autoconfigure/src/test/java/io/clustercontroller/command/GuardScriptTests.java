package io.clustercontroller.command;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The script of the guard in the shells that are on this machine.
 */
class GuardScriptTests {

	private final String cookie = UUID.randomUUID().toString();

	private Process guard;

	static Stream<String> shells() {
		return Stream.of("sh", "bash", "busybox sh")
			.filter((shell) -> Path.of(Program.ofMachine(shell.split(" ")[0])).isAbsolute());
	}

	@AfterEach
	void endAll() {
		if (this.guard != null) {
			this.guard.destroyForcibly();
		}
		TestCommands.carriers(Commands.COOKIE, this.cookie)
			.forEach((entry) -> ProcessHandle.of(entry.pid()).ifPresent(ProcessHandle::destroyForcibly));
	}

	@ParameterizedTest
	@MethodSource("shells")
	void endsTheTreeAtTheEndOfItsInput(String shell) throws Exception {
		start(shell, System.getenv("PATH"));
		order("pid " + tree());
		this.guard.getOutputStream().close();
		assertThat(exitCode()).isZero();
		assertThat(TestCommands.carriers(Commands.COOKIE, this.cookie)).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("shells")
	void endsTheTreeUnlessItIsKept(String shell) throws Exception {
		start(shell, System.getenv("PATH"));
		order("pid " + tree());
		for (int i = 0; i < 3; i++) {
			order("keep 30");
			order("keep 2");
			Waits.letPass(Duration.ofMillis(800));
		}
		assertThat(TestCommands.carriers(Commands.COOKIE, this.cookie)).as("while it is kept").isNotEmpty();
		awaitNobody();
	}

	@ParameterizedTest
	@MethodSource("shells")
	void countdownEndsTheTreeWhenItIsAlone(String shell) throws Exception {
		start(shell, System.getenv("PATH"));
		order("pid " + tree());
		order("keep 1");
		Awaitility.await().atMost(TestCommands.LIMIT).until(() -> this.guard.descendants().count() == 2);
		this.guard.destroyForcibly();
		awaitNobody();
	}

	@ParameterizedTest
	@MethodSource("shells")
	void endsTheGroupOfWhoIsGone(String shell) throws Exception {
		Process stranger = new ProcessBuilder("setsid", "sleep", "1000").start();
		start(shell, System.getenv("PATH"));
		order("pid " + stranger.pid());
		this.guard.getOutputStream().close();
		assertThat(exitCode()).isZero();
		assertThat(stranger.waitFor(TestCommands.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	@ParameterizedTest
	@MethodSource("shells")
	void sparesTheGroupThatHasANumberAgain(String shell) throws Exception {
		Process stranger = new ProcessBuilder("setsid", "sleep", "1000").start();
		try {
			start(shell, System.getenv("PATH"));
			order("pid " + stranger.pid());
			order("exited");
			tree();
			this.guard.getOutputStream().close();
			assertThat(exitCode()).isZero();
			assertThat(TestCommands.carriers(Commands.COOKIE, this.cookie)).isEmpty();
			assertThat(stranger.isAlive()).isTrue();
		}
		finally {
			stranger.destroyForcibly();
		}
	}

	@ParameterizedTest
	@MethodSource("shells")
	void endsTheGroupInWhichOneIsLeftAfterTheExit(String shell, @TempDir Path folder) throws Exception {
		// not a pipe, which Java closes when the first process has ended
		Path output = folder.resolve("pid");
		ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c",
				"sleep 1000 & env -i sh -c \"trap '' TERM; echo \\$\\$; while :; do $(command -v sleep) 1; done\" & ");
		builder.environment().put(Commands.COOKIE, this.cookie);
		Process main = builder.redirectOutput(output.toFile()).start();
		Awaitility.await().atMost(TestCommands.LIMIT).until(() -> Files.readString(output).endsWith("\n"));
		long withoutCookie = Long.parseLong(Files.readString(output).trim());
		ProcessHandle left = ProcessHandle.of(withoutCookie).orElseThrow();
		assertThat(main.waitFor(TestCommands.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		start(shell, System.getenv("PATH"));
		order("pid " + main.pid());
		order("exited");
		this.guard.getOutputStream().close();
		assertThat(exitCode()).isZero();
		Awaitility.await().atMost(TestCommands.LIMIT).until(() -> !left.isAlive());
	}

	@ParameterizedTest
	@MethodSource("shells")
	void leavesAllAsItIsWhenItIsDismissed(String shell) throws Exception {
		start(shell, System.getenv("PATH"));
		order("pid " + tree());
		order("keep 600");
		order("keep 500");
		List<ProcessHandle> own = this.guard.descendants().toList();
		order("done");
		assertThat(exitCode()).isZero();
		assertThat(TestCommands.carriers(Commands.COOKIE, this.cookie)).isNotEmpty();
		Awaitility.await().atMost(TestCommands.LIMIT).until(() -> own.stream().noneMatch(ProcessHandle::isAlive));
	}

	@Test
	void needsNoGrep(@TempDir Path programs) throws Exception {
		Path sleep = Path.of(Program.ofMachine("sleep"));
		Files.copy(sleep, programs.resolve("sleep"), StandardCopyOption.COPY_ATTRIBUTES);
		start("sh", programs.toString());
		order("pid " + tree());
		this.guard.getOutputStream().close();
		assertThat(exitCode()).isZero();
		assertThat(TestCommands.carriers(Commands.COOKIE, this.cookie)).isEmpty();
	}

	private void start(String shell, String path) throws IOException {
		List<String> words = new ArrayList<>(List.of(shell.split(" ")));
		words.set(0, Program.ofMachine(words.get(0)));
		words.addAll(List.of("-c", Guard.script(), "cluster-guard", this.cookie, "TERM", "0.5"));
		ProcessBuilder builder = new ProcessBuilder(words).redirectOutput(Redirect.DISCARD)
			.redirectError(Redirect.DISCARD);
		builder.environment().clear();
		builder.environment().put("PATH", path);
		this.guard = builder.start();
	}

	/** The process id of a tree that is complete. */
	private long tree() throws IOException {
		ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", Trees.ALL + "echo ready; wait");
		builder.environment().put(Commands.COOKIE, this.cookie);
		Process tree = builder.start();
		assertThat(tree.inputReader().readLine()).isEqualTo("ready");
		return tree.pid();
	}

	private void order(String line) throws IOException {
		OutputStream orders = this.guard.getOutputStream();
		orders.write((line + "\n").getBytes());
		orders.flush();
	}

	private int exitCode() throws InterruptedException {
		assertThat(this.guard.waitFor(TestCommands.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		return this.guard.exitValue();
	}

	private void awaitNobody() {
		Awaitility.await("the end of all processes")
			.atMost(TestCommands.LIMIT)
			.until(() -> TestCommands.carriers(Commands.COOKIE, this.cookie).isEmpty());
	}

}
