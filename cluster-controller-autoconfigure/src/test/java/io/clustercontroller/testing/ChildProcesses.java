package io.clustercontroller.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

/**
 * Starts processes that end with this JVM, and sends them signals.
 * <p>
 * Where {@code setpriv} knows the parent-death signal the kernel ends them even if this
 * JVM is killed; a shutdown hook ends them anyway.
 */
public final class ChildProcesses {

	private static final Set<Process> living = ConcurrentHashMap.newKeySet();

	/**
	 * The parent-death signal is sent when the <em>thread</em> that forked ends, so every
	 * process is forked by this one, which lives as long as the JVM.
	 */
	private static final ExecutorService launcher = Executors
		.newSingleThreadExecutor((task) -> daemon("child-process-launcher", task));

	private static final boolean parentDeathSignal = probeParentDeathSignal();

	static {
		Runtime.getRuntime().addShutdownHook(new Thread(() -> living.forEach(Process::destroyForcibly)));
	}

	private ChildProcesses() {
	}

	/** Start the command; its process id is that of the command itself. */
	public static Process start(ProcessBuilder builder) {
		if (parentDeathSignal) {
			List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "--"));
			command.addAll(builder.command());
			builder.command(command);
		}
		try {
			Process process = launcher.submit(builder::start).get();
			living.add(process);
			process.onExit().thenAccept(living::remove);
			return process;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("Cannot start " + builder.command(), ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while starting " + builder.command(), ex);
		}
	}

	/** Stop the process where it stands; returns when all its threads stand still. */
	public static void freeze(Process process) {
		signal(process, "STOP");
		if (Files.isDirectory(tasks(process))) {
			Awaitility.await("all threads of process " + process.pid() + " to stop")
				.pollInterval(Duration.ofMillis(2))
				.atMost(Duration.ofSeconds(10))
				.until(() -> !process.isAlive() || allThreadsStopped(process));
		}
	}

	public static void thaw(Process process) {
		signal(process, "CONT");
	}

	static void signal(Process process, String signal) {
		if (process.isAlive()) {
			// the shell's own kill: not every machine has the program
			run(List.of("sh", "-c", "kill -" + signal + " " + process.pid()));
		}
	}

	/** Run a short command to its end, which must be a good one. */
	public static String run(List<String> command) {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			process.getOutputStream().close();
			String output = new String(process.getInputStream().readAllBytes()).trim();
			if (process.waitFor() != 0) {
				throw new IllegalStateException(command + " failed: " + output);
			}
			return output;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while running " + command, ex);
		}
	}

	/** Wait for the end of the process, which is expected soon. */
	static int awaitExit(Process process, Duration limit) {
		try {
			if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
				throw new IllegalStateException("Process " + process.pid() + " has not ended within " + limit);
			}
			return process.exitValue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for process " + process.pid(), ex);
		}
	}

	static Thread daemon(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		return thread;
	}

	private static boolean allThreadsStopped(Process process) {
		try (Stream<Path> threads = Files.list(tasks(process))) {
			return threads.allMatch((thread) -> state(thread.resolve("stat")) == 'T');
		}
		catch (IOException ex) {
			return !process.isAlive();
		}
	}

	private static char state(Path stat) {
		try {
			String line = Files.readString(stat);
			// "pid (name) S ...", and a name may hold anything
			return line.charAt(line.lastIndexOf(')') + 2);
		}
		catch (IOException ex) {
			return 'T';
		}
	}

	private static Path tasks(Process process) {
		return Path.of("/proc", String.valueOf(process.pid()), "task");
	}

	private static boolean probeParentDeathSignal() {
		try {
			run(List.of("setpriv", "--pdeathsig", "KILL", "--", "true"));
			return true;
		}
		catch (IllegalStateException | UncheckedIOException ex) {
			return false;
		}
	}

}
