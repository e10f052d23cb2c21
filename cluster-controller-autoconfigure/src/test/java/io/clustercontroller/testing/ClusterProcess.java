package io.clustercontroller.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

import io.clustercontroller.event.BecameSlaveEvent;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

import org.springframework.util.FileSystemUtils;

/**
 * A Spring Boot application with the starter, in a JVM of its own, that can be frozen and
 * killed. What happens in it is read from its timeline.
 */
public final class ClusterProcess implements AutoCloseable {

	private static final AtomicInteger numbers = new AtomicInteger();

	private final String name;

	private final Path directory;

	private final Process process;

	private final TimelineReader timeline;

	private final Thread outputReader;

	private final StringBuffer output = new StringBuffer();

	private final Map<Integer, String> answers = new ConcurrentHashMap<>();

	private final AtomicInteger commands = new AtomicInteger();

	private ClusterProcess(Builder builder) {
		this.name = builder.service + "-" + numbers.incrementAndGet();
		try {
			this.directory = Files.createTempDirectory("cluster-process-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Path file = this.directory.resolve("timeline");
		this.timeline = new TimelineReader(file);
		this.process = ChildProcesses.start(builder.processBuilder(file));
		this.outputReader = ChildProcesses.daemon(this.name + "-output", this::readOutput);
		this.outputReader.start();
	}

	public static Builder builder() {
		return new Builder();
	}

	/** A name for messages. */
	public String name() {
		return this.name;
	}

	public long pid() {
		return this.process.pid();
	}

	/** The id of the instance. Waits until the application has started. */
	public String instanceId() {
		return await("its refreshed context", (fact) -> fact.kind() == Fact.Kind.REFRESHED, Duration.ofSeconds(60))
			.detail("instanceId");
	}

	/** When its application context began to start: what follows is no start of a JVM. */
	public long startedAt() {
		return await("its start", (fact) -> fact.kind() == Fact.Kind.STARTED, Duration.ofSeconds(60)).at();
	}

	/** Everything that is known so far, in the order in which it was written. */
	public List<Fact> timeline() {
		return this.timeline.facts();
	}

	/** The events so far. */
	public List<Fact> events() {
		return timeline().stream().filter((fact) -> fact.kind() == Fact.Kind.EVENT).toList();
	}

	/** The events of one type so far. */
	public List<Fact> events(Class<?> type) {
		return timeline().stream().filter((fact) -> fact.isEvent(type)).toList();
	}

	/** The moments so far at which it was master. */
	public List<Fact> samples() {
		return timeline().stream().filter((fact) -> fact.kind() == Fact.Kind.SAMPLE).toList();
	}

	/** The first event of the type, which may have been there already. */
	public Fact awaitEvent(Class<?> type, Duration limit) {
		return awaitEvent(type, (event) -> true, limit);
	}

	/**
	 * The first event of the type that matches; it may have been there already.
	 * @throws AssertionError if it does not come in time, or if the process ends before
	 */
	public Fact awaitEvent(Class<?> type, Predicate<Fact> predicate, Duration limit) {
		return await("a " + type.getSimpleName(), (fact) -> fact.isEvent(type) && predicate.test(fact), limit);
	}

	/** The first matching event of the type since the {@link System#nanoTime()}. */
	public Fact awaitEventSince(long since, Class<?> type, Duration limit) {
		return awaitEvent(type, (event) -> event.at() - since >= 0, limit);
	}

	/** The first answer of {@code isMaster()} after a pause that began after the time. */
	public Fact awaitWoke(long since, Duration limit) {
		return await("its first look after the pause",
				(fact) -> fact.kind() == Fact.Kind.WOKE && fact.at() - since >= 0, limit);
	}

	/** The first moment of mastership after the {@link System#nanoTime()}. */
	public Fact awaitMaster(long since, Duration limit) {
		return await("to be master", (fact) -> fact.kind() == Fact.Kind.SAMPLE && fact.at() - since >= 0, limit);
	}

	/**
	 * Whether it is master, by its samples of the last 300 ms and its last role event.
	 */
	public boolean isMaster() {
		long now = System.nanoTime();
		if (!isAlive()) {
			return false;
		}
		List<Fact> facts = timeline();
		for (int i = facts.size() - 1; i >= 0 && now - facts.get(i).at() < 300_000_000L; i--) {
			if (facts.get(i).kind() == Fact.Kind.SAMPLE || facts.get(i).isEvent(BecameSlaveEvent.class)) {
				return facts.get(i).kind() == Fact.Kind.SAMPLE;
			}
		}
		return false;
	}

	/** Let it hand over to the best candidate. */
	public void stepDown() {
		command("stepDown");
	}

	/**
	 * Let it hand over to the given member.
	 * @throws IllegalStateException with the words of the refusal
	 */
	public void handOver(String instanceId) {
		command("handOver " + instanceId);
	}

	/** Close its application context and wait until that is closed. */
	public void closeContext() {
		command("close");
	}

	/** Its instance id, role and state. */
	public String self() {
		return command("self");
	}

	/** What it holds, after a garbage collection. */
	public Resources resources() {
		String[] numbers = command("resources").split(" ");
		return new Resources(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), Long.parseLong(numbers[2]));
	}

	/** Stop the process where it stands (SIGSTOP); returns when it stands still. */
	public void freeze() {
		ChildProcesses.freeze(this.process);
	}

	/** Let it go on (SIGCONT). */
	public void thaw() {
		ChildProcesses.thaw(this.process);
	}

	/** End it at once (SIGKILL) and wait for its end. */
	public void kill() {
		this.process.destroyForcibly();
		waitFor(Duration.ofSeconds(20));
	}

	/** Ask it to end (SIGTERM); does not wait. */
	public void terminate() {
		// not destroy(), which closes the streams and so ends it another way
		ChildProcesses.signal(this.process, "TERM");
	}

	/** Wait for its end and return its exit code. */
	public int waitFor(Duration limit) {
		int exitCode;
		try {
			exitCode = ChildProcesses.awaitExit(this.process, limit);
			this.outputReader.join(5000);
		}
		catch (IllegalStateException ex) {
			throw new AssertionError(this.name + " does not end. " + describe(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for " + this.name, ex);
		}
		return exitCode;
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	/** What it has written to its console so far. */
	public String output() {
		return this.output.toString();
	}

	/** End it, however it is, and forget its timeline file; what was read stays. */
	@Override
	public void close() {
		timeline();
		kill();
		timeline();
		try {
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return this.name + " (process " + pid() + ")";
	}

	Fact await(String what, Predicate<Fact> predicate, Duration limit) {
		AtomicReference<Fact> found = new AtomicReference<>();
		try {
			Awaitility.await().pollInterval(Duration.ofMillis(10)).pollDelay(Duration.ZERO).atMost(limit).until(() -> {
				// first whether it lives: then what it wrote before its end is seen
				boolean ended = !isAlive();
				timeline().stream().filter(predicate).findFirst().ifPresent(found::set);
				return found.get() != null || ended;
			});
		}
		catch (ConditionTimeoutException ex) {
			throw new AssertionError(this.name + " has waited for " + what + " for " + limit + ". " + describe(), ex);
		}
		if (found.get() == null) {
			throw new AssertionError(this.name + " has ended before " + what + ". " + describe());
		}
		return found.get();
	}

	private String command(String command) {
		int number = this.commands.incrementAndGet();
		try {
			OutputStream input = this.process.getOutputStream();
			input.write((number + " " + command + "\n").getBytes(StandardCharsets.UTF_8));
			input.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(this.name + " does not listen. " + describe(), ex);
		}
		Awaitility.await("an answer to " + command)
			.pollInterval(Duration.ofMillis(5))
			.atMost(Duration.ofSeconds(60))
			.until(() -> this.answers.containsKey(number) || !isAlive() && !this.outputReader.isAlive());
		String answer = this.answers.getOrDefault(number, "failed: it has ended");
		if (!answer.startsWith(ClusterCommands.DONE)) {
			throw new IllegalStateException(this.name + " " + command + " " + answer);
		}
		return answer.substring(ClusterCommands.DONE.length()).trim();
	}

	private void readOutput() {
		try (BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8)) {
			reader.lines().forEach((line) -> {
				if (line.startsWith(ClusterCommands.ANSWER)) {
					String[] words = line.split(" ", 3);
					this.answers.put(Integer.parseInt(words[1]), words[2]);
				}
				else {
					this.output.append(line).append('\n');
				}
			});
		}
		catch (IOException | UncheckedIOException ex) {
			// killed
		}
	}

	String describe() {
		String state = isAlive() ? "It runs" : "It has ended with " + this.process.exitValue();
		List<String> events = events().stream().map((event) -> event.type() + event.details()).toList();
		return state + ". Its events: " + events + ". Its console:\n" + output();
	}

	/**
	 * What a process holds.
	 *
	 * @param threads living threads
	 * @param files open files and sockets
	 * @param heapKilobytes memory in use
	 */
	public record Resources(int threads, int files, long heapKilobytes) {
	}

	/** What the process is started with. */
	public static final class Builder {

		private final Map<String, String> variables = new LinkedHashMap<>();

		private final Map<String, String> properties = new LinkedHashMap<>();

		private String service = "service";

		private Host host = Host.LOOPBACK;

		private Builder() {
			service("service");
			environment("test");
		}

		public Builder environment(String environment) {
			return variable("ENVIRONMENT", environment);
		}

		public Builder service(String service) {
			this.service = service;
			return variable("SERVICE", service);
		}

		/** The etcd servers, as URLs. */
		public Builder etcd(List<String> endpoints) {
			return variable("ETCD_HOSTS", String.join(",", endpoints));
		}

		public Builder etcd(String... endpoints) {
			return etcd(List.of(endpoints));
		}

		/** Let it run on a host of its own. */
		public Builder host(Host host) {
			this.host = host;
			return this;
		}

		/** Run this application, which may be a web application, beside the witness. */
		public Builder application(String className) {
			return property(ClusterApplication.APPLICATION, className);
		}

		public Builder ttl(Duration ttl) {
			return property("cluster-controller.session.ttl", ttl.toMillis() + "ms");
		}

		/** Set a variable of the process' environment. */
		public Builder variable(String name, String value) {
			this.variables.put(name, value);
			return this;
		}

		/** Leave a variable out. */
		public Builder withoutVariable(String name) {
			this.variables.remove(name);
			return this;
		}

		/** Give a property on the command line. */
		public Builder property(String name, String value) {
			this.properties.put(name, value);
			return this;
		}

		/** Add a listener that sleeps at each event of the type. */
		public Builder slowListener(Class<?> event, Duration delay) {
			return property(TroublesomeListener.SLOW + event.getSimpleName(), delay.toMillis() + "ms");
		}

		/** Add a listener that throws at each event of the type. */
		public Builder throwingListener(Class<?> event, String message) {
			return property(TroublesomeListener.THROWING + event.getSimpleName(), message);
		}

		/** Start the process; does not wait for anything. */
		public ClusterProcess start() {
			return new ClusterProcess(this);
		}

		private ProcessBuilder processBuilder(Path timeline) {
			List<String> command = new ArrayList<>(
					List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
							"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-cp",
							System.getProperty("java.class.path"), ClusterApplication.class.getName()));
			command.add("--" + ClusterApplication.TIMELINE + "=" + timeline);
			this.properties.forEach((name, value) -> command.add("--" + name + "=" + value));
			ProcessBuilder builder = new ProcessBuilder(this.host.command(command)).redirectErrorStream(true);
			builder.environment().keySet().removeIf(Builder::isOfTheTests);
			builder.environment().putAll(this.variables);
			return builder;
		}

		/** Variables of the machine the tests run on must not reach the application. */
		private static boolean isOfTheTests(String variable) {
			return variable.startsWith("ETCD_") || variable.startsWith("CLUSTERCONTROLLER_")
					|| variable.startsWith("SPRING_") || variable.equals("ENVIRONMENT") || variable.equals("SERVICE")
					|| variable.equals("PORTS_WHEN_ACTIVE");
		}

	}

}
