package io.clustercontroller.benchmarks.scale;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.clustercontroller.testing.ChildProcesses;

/**
 * A process with many members.
 */
final class Crowd implements AutoCloseable {

	private static final long LIMIT_SECONDS = 900;

	private final Process process;

	private final PrintWriter input;

	private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

	private final StringBuffer output = new StringBuffer();

	/**
	 * @param pause from the start of one member to that of the next
	 */
	Crowd(String endpoint, int members, Duration pause, String... properties) {
		List<String> command = Stream
			.concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Xmx" + (128 + 8 * members) + "m", "-Xss512k", "-XX:+UseSerialGC", "-cp",
					System.getProperty("java.class.path"), CrowdMain.class.getName(), endpoint, String.valueOf(members),
					String.valueOf(pause.toMillis())), Arrays.stream(properties))
			.toList();
		this.process = ChildProcesses.start(new ProcessBuilder(command).redirectErrorStream(true));
		this.input = new PrintWriter(this.process.getOutputStream(), true, StandardCharsets.UTF_8);
		Thread reader = new Thread(this::read, "crowd-" + this.process.pid());
		reader.setDaemon(true);
		reader.start();
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (line.matches("(ready|members|done|id|heard|resources)( .*)?")) {
					this.answers.add(line);
				}
				else {
					this.output.append(line).append('\n');
				}
			}
		}
		catch (IOException | UncheckedIOException ex) {
			// killed
		}
		this.answers.add("ended");
	}

	long pid() {
		return this.process.pid();
	}

	void awaitReady() {
		answer("ready");
	}

	/** How many members the one of here sees that sees the fewest. */
	int members() {
		return Integer.parseInt(ask("members"));
	}

	/** When its master was told to hand over, or 0 if it has none. */
	long handOver(String command) {
		this.input.println(command);
		return Long.parseLong(answer("done").trim());
	}

	String id() {
		return ask("id");
	}

	/** When members heard of a master with a higher token. */
	long[] heard(long token) {
		this.input.println("heard " + token);
		return Arrays.stream(answer("heard").trim().split(" "))
			.filter((time) -> !time.isEmpty())
			.mapToLong(Long::parseLong)
			.toArray();
	}

	/** Heap in use in KB, and threads. */
	long[] resources() {
		return Arrays.stream(ask("resources").split(" ")).mapToLong(Long::parseLong).toArray();
	}

	private String ask(String command) {
		this.input.println(command);
		return answer(command).trim();
	}

	private String answer(String kind) {
		try {
			String answer = this.answers.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
			if (answer == null || !answer.startsWith(kind)) {
				throw new IllegalStateException(
						"No answer '" + kind + "' but " + answer + ". It says:\n" + this.output);
			}
			return answer.substring(kind.length());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	void kill() {
		this.process.destroyForcibly();
	}

	@Override
	public void close() {
		kill();
	}

}
