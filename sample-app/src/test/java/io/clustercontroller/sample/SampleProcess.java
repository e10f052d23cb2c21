package io.clustercontroller.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.awaitility.Awaitility.await;

/**
 * The sample in a JVM of its own, as a user starts it.
 */
final class SampleProcess implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final Pattern LISTENING = Pattern.compile("Listening on port (\\d+) as");

	private static final Pattern PID = Pattern.compile("pid (\\d+)");

	private final Path log;

	private final Process process;

	private SampleProcess(Path log, Process process) {
		this.log = log;
		this.process = process;
	}

	static SampleProcess start(Path directory, Map<String, String> variables) throws IOException {
		Path log = Files.createTempFile(directory, "sample", ".log");
		ProcessBuilder builder = new ProcessBuilder(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-cp", System.getProperty("java.class.path"), SampleApplication.class.getName(),
						"--server.port=0", "--cluster-controller.local.directory=" + directory.resolve("cluster"),
						"--sample.folder=" + directory.resolve("sample")))
			.redirectErrorStream(true)
			.redirectOutput(log.toFile());
		builder.environment()
			.keySet()
			.removeAll(List.of("ETCD_HOSTS", "ENVIRONMENT", "SERVICE", "SERVICE_COMMAND", "PORTS_WHEN_ACTIVE"));
		builder.environment().putAll(variables);
		return new SampleProcess(log, builder.start());
	}

	/** What the service says of itself; waits until it says this. */
	String awaitService(String expected) {
		return await("the service to say '" + expected + "'").atMost(LIMIT)
			.until(() -> ask(servicePort()), (answer) -> answer.contains(expected));
	}

	int servicePort() {
		return await("a service that listens").atMost(LIMIT).until(() -> {
			Matcher matcher = LISTENING.matcher(log());
			return matcher.find() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.<Integer>empty();
		}, Optional::isPresent).orElseThrow();
	}

	/** The service process, once it says what is expected. */
	ProcessHandle service(String expected) {
		Matcher matcher = PID.matcher(awaitService(expected));
		if (!matcher.find()) {
			throw new IllegalStateException("The service does not tell its pid");
		}
		return ProcessHandle.of(Long.parseLong(matcher.group(1))).orElseThrow();
	}

	void terminate() {
		this.process.destroy();
	}

	void kill() {
		this.process.destroyForcibly();
	}

	int exitCode() throws InterruptedException {
		if (!this.process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
			throw new IllegalStateException("The sample has not ended: " + log());
		}
		return this.process.exitValue();
	}

	String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

	private static String ask(int port) throws IOException {
		try (InputStream answer = new URL("http://127.0.0.1:" + port + "/").openStream()) {
			return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (ConnectException ex) {
			return "";
		}
	}

}
