package io.clustercontroller.command;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;

/**
 * Starts a command, and ends with its standard input at the latest.
 */
public final class CommandJvmMain {

	private CommandJvmMain() {
	}

	public static void main(String[] arguments) throws IOException {
		Commands commands = new Commands();
		// all classes are loaded when it matters
		RunningCommand first = commands.start(TestCommands.of("true"), new Output.Discarded());
		first.stop(Duration.ZERO);
		TestCommands.get(first.ended());
		switch (arguments[0]) {
			case "tree" -> tree(commands, arguments[1]);
			case "keep" -> keep(commands, arguments[1]);
			case "inherit" -> inherit(commands);
			case "block" -> block(commands, arguments[1]);
			case "exhaust" -> exhaust(commands, arguments[1], Integer.parseInt(arguments[2]));
			default -> throw new IllegalArgumentException(arguments[0]);
		}
	}

	private static void tree(Commands commands, String mark) {
		say("starting");
		commands.start(TestCommands.marked(mark, TestCommands.shell(Trees.ALL + "echo started; wait")),
				new Output.MergedLines(CommandJvmMain::say));
		untilTheEndOfInput();
	}

	/** Keeps its command for two seconds, again and again. */
	private static void keep(Commands commands, String mark) {
		say("starting");
		RunningCommand running = commands.start(
				TestCommands.marked(mark, TestCommands.shell(Trees.ALL + "echo started; wait")),
				new Output.MergedLines(CommandJvmMain::say));
		running.exited().thenAccept((code) -> say("exited"));
		Executors.newSingleThreadScheduledExecutor()
			.scheduleAtFixedRate(() -> running.keepFor(Duration.ofSeconds(2)), 0, 200, TimeUnit.MILLISECONDS);
		untilTheEndOfInput();
	}

	private static void inherit(Commands commands) {
		say("starting");
		Command command = TestCommands.shell("read -r line; echo \"read $line\"");
		RunningCommand running = commands.start(
				new Command(command.words(), null, command.environment(), true, "TERM", Duration.ofSeconds(1)),
				new Output.Inherited());
		TestCommands.get(running.exited());
	}

	/** Sees the ends of a guard and of a command while the common pool is busy. */
	private static void block(Commands commands, String mark) {
		for (int i = 0; i < 100; i++) {
			ForkJoinPool.commonPool().execute(CommandJvmMain::untilTheEndOfInput);
		}
		say("starting");
		CompletableFuture<String> ready = new CompletableFuture<>();
		CommandProcess running = (CommandProcess) commands.start(
				TestCommands.marked(mark,
						TestCommands.shell("trap 'exit 7' USR1; echo ready; while :; do sleep 0.01; done")),
				new Output.MergedLines(ready::complete));
		TestCommands.get(ready);
		ProcessHandle first = running.guard().handle();
		first.destroyForcibly();
		Awaitility.await().atMost(TestCommands.LIMIT).until(() -> running.guard().handle().pid() != first.pid());
		running.signal("USR1");
		say("exited with " + TestCommands.get(running.exited()));
	}

	/** Stops a command while only so many files can be opened. */
	private static void exhaust(Commands commands, String mark, int free) throws IOException {
		say("starting");
		CompletableFuture<String> ready = new CompletableFuture<>();
		RunningCommand running = commands.start(
				TestCommands.marked(mark,
						TestCommands.shell(
								Trees.STUBBORN + "trap 'echo asked' TERM; echo ready; while :; do sleep 0.01; done")),
				new Output.MergedLines((line) -> {
					ready.complete(line);
					say(line);
				}));
		TestCommands.get(ready);
		Waits.letPass(Duration.ZERO);
		Deque<Closeable> files = openAll();
		for (int i = 0; i < free; i++) {
			files.pop().close();
		}
		running.stop(Duration.ofSeconds(1));
		int code = TestCommands.get(running.exited());
		Waits.letPass(Duration.ofMillis(500));
		boolean ended = running.ended().toCompletableFuture().isDone();
		for (Closeable file : files) {
			file.close();
		}
		boolean forgot = ended && !TestCommands.alive(mark).isEmpty();
		say("exited with " + code + (forgot ? " and forgot the others" : ""));
		TestCommands.get(running.ended());
		say("ended");
		untilTheEndOfInput();
	}

	private static Deque<Closeable> openAll() {
		Deque<Closeable> files = new ArrayDeque<>();
		while (true) {
			try {
				files.push(new FileInputStream("/dev/null"));
			}
			catch (IOException ex) {
				return files;
			}
		}
	}

	private static void untilTheEndOfInput() {
		try {
			while (System.in.read() >= 0) {
				Thread.onSpinWait();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		System.exit(0);
	}

	private static synchronized void say(String line) {
		System.out.println(line);
		System.out.flush();
	}

}
