package io.clustercontroller.cost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;

/**
 * Somebody who supervises a service in a process of his own: this starter in a JVM, or
 * another supervisor to compare it with, or nobody but the test.
 */
final class Supervision implements AutoCloseable {

	/** Far more than anything here takes, however slow the machine is. */
	static final Duration LIMIT = Duration.ofSeconds(120);

	private final List<Process> processes;

	private Supervision(List<Process> processes) {
		this.processes = processes;
	}

	/**
	 * The starter in a small JVM, which supervises this command. With all the optional
	 * libraries of the tests, 40 MB would be spent on garbage collection.
	 */
	static Supervision byStarter(Path directory, Sink sink, List<String> service, String... options) {
		List<String> words = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx64m", "-XX:+ExitOnOutOfMemoryError", "-D" + SupervisedApplication.DIRECTORY + "=" + directory));
		List<String> arguments = new ArrayList<>(List.of("--cluster-controller.environment=cost",
				"--cluster-controller.service=lines", "--cluster-controller.coordinator=local",
				"--cluster-controller.local.directory=" + directory.resolve("local"),
				"--cluster-controller.process.working-directory=" + directory));
		for (int i = 0; i < service.size(); i++) {
			arguments.add("--cluster-controller.process.command[" + i + "]=" + service.get(i));
		}
		for (String option : options) {
			(option.startsWith("--") ? arguments : words).add(option);
		}
		words.addAll(List.of("-cp", System.getProperty("java.class.path"), SupervisedApplication.class.getName()));
		words.addAll(arguments);
		Supervision supervision = start(directory, sink, words);
		supervision.await("the start of the application",
				() -> Files.exists(directory.resolve(SupervisedApplication.UP)));
		return supervision;
	}

	/** Another supervisor, or the service itself. */
	static Supervision start(Path directory, Sink sink, List<String> words) {
		try {
			ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile())
				.redirectError(directory.resolve(Sink.ERR).toFile());
			builder.environment().keySet().removeIf((name) -> name.startsWith("CLUSTER_"));
			Redirect out = (sink == Sink.NONE) ? Redirect.DISCARD : Redirect.to(directory.resolve(Sink.OUT).toFile());
			return new Supervision((sink == Sink.PIPE)
					? ProcessBuilder.startPipeline(List.of(builder, new ProcessBuilder("cat").redirectOutput(out)))
					: List.of(builder.redirectOutput(out).start()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Whether there is such a program; says so if there is none. */
	static boolean isInstalled(String program) {
		boolean found = Arrays.stream(System.getenv("PATH").split(":"))
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, program)));
		if (!found) {
			System.out.printf("%s is not on the PATH: nothing is compared with it%n", program);
		}
		return found;
	}

	/** The first process, which is the supervisor. */
	Process process() {
		return this.processes.get(0);
	}

	/** The time on a processor that it has used up so far. */
	Duration processorTime() {
		return process().info().totalCpuDuration().orElse(Duration.ZERO);
	}

	/** The guard of the service, which a restart has just replaced. */
	ProcessHandle guard() {
		return Awaitility.await("the guard")
			.atMost(Duration.ofSeconds(30))
			.until(this::findGuard, Optional::isPresent)
			.orElseThrow();
	}

	private Optional<ProcessHandle> findGuard() {
		// the handle tells of long command lines no more than their beginning
		return process().children().filter((child) -> commandLine(child.pid()).contains("cluster-guard")).findFirst();
	}

	private static String commandLine(long pid) {
		try {
			return Files.readString(Path.of("/proc", String.valueOf(pid), "cmdline"));
		}
		catch (IOException ex) {
			return "";
		}
	}

	/**
	 * A figure in kilobytes.
	 * @param file of {@code /proc/PID}
	 */
	static long kilobytes(long pid, String file, String name) {
		try {
			Matcher matcher = Pattern.compile("(?m)^" + name + ":\\s+(\\d+) kB")
				.matcher(Files.readString(Path.of("/proc", String.valueOf(pid), file)));
			return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** SIGTERM, and nothing else: {@link Process#destroy()} closes its streams, too. */
	void terminate() {
		process().toHandle().destroy();
	}

	/** Wait while it is alive. */
	void await(String what, Callable<Boolean> condition) {
		Awaitility.await(what)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(10))
			.atMost(LIMIT)
			.failFast("the supervisor has ended", () -> !process().isAlive())
			.until(condition);
	}

	@Override
	public void close() {
		terminate();
		this.processes.forEach((process) -> {
			try {
				if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
					process.destroyForcibly();
				}
			}
			catch (InterruptedException ex) {
				process.destroyForcibly();
				Thread.currentThread().interrupt();
			}
		});
	}

	/** Where the standard output of the supervisor goes. */
	enum Sink {

		/** To a file. */
		FILE,

		/** Through a pipe, to a program that writes the same file. */
		PIPE,

		/** Nowhere. */
		NONE;

		static final String OUT = "out";

		static final String ERR = "err";

	}

}
