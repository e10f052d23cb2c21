package io.clustercontroller.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM that runs {@link CommandJvmMain}, to be frozen and killed.
 */
final class CommandJvm implements AutoCloseable {

	/** So few that a test can use them all. */
	private static final int DESCRIPTORS = 400;

	private final Process process;

	private final BufferedReader output;

	private CommandJvm(List<String> arguments) throws IOException {
		List<String> words = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + DESCRIPTORS + "; exec \"$@\"", "sh",
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto", "-Xmx64m",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
				"-Djava.util.concurrent.ForkJoinPool.common.parallelism=3", "-cp",
				System.getProperty("java.class.path"), CommandJvmMain.class.getName()));
		words.addAll(arguments);
		this.process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		this.output = this.process.inputReader(StandardCharsets.UTF_8);
	}

	/** Start and wait until it is about to start a command. */
	static CommandJvm start(String... arguments) throws IOException {
		CommandJvm jvm = new CommandJvm(List.of(arguments));
		jvm.awaitLine("starting");
		return jvm;
	}

	/** Wait for a line. One that does not come in time is a failure, and no hang. */
	void awaitLine(String expected) throws IOException {
		List<String> others = new ArrayList<>();
		CompletableFuture<Void> limit = CompletableFuture.runAsync(this::kill,
				CompletableFuture.delayedExecutor(TestCommands.LIMIT.toSeconds(), TimeUnit.SECONDS));
		try {
			String line = this.output.readLine();
			while (!expected.equals(line)) {
				if (line == null) {
					throw new IOException("The JVM has ended without '%s'; it has said %s".formatted(expected, others));
				}
				others.add(line);
				line = this.output.readLine();
			}
		}
		finally {
			limit.cancel(false);
		}
	}

	void write(String text) throws IOException {
		this.process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
		this.process.getOutputStream().flush();
	}

	/** SIGKILL. */
	void kill() {
		this.process.toHandle().destroyForcibly();
	}

	/** SIGSTOP. */
	void freeze() throws IOException, InterruptedException {
		signal("STOP");
	}

	/** SIGCONT. */
	void thaw() throws IOException, InterruptedException {
		signal("CONT");
	}

	private void signal(String name) throws IOException, InterruptedException {
		new ProcessBuilder("sh", "-c", "kill -" + name + " " + this.process.pid()).inheritIO().start().waitFor();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
