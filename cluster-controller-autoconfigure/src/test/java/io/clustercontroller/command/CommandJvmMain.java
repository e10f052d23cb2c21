package io.clustercontroller.command;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

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
			default -> throw new IllegalArgumentException(arguments[0]);
		}
	}

	private static void tree(Commands commands, String mark) throws IOException {
		say("starting");
		commands.start(TestCommands.marked(mark, TestCommands.shell(Trees.ALL + "echo started; wait")),
				new Output.MergedLines(CommandJvmMain::say));
		untilTheEndOfInput();
	}

	/** Keeps its command for a second, again and again. */
	private static void keep(Commands commands, String mark) throws IOException {
		say("starting");
		RunningCommand running = commands.start(
				TestCommands.marked(mark, TestCommands.shell(Trees.ALL + "echo started; wait")),
				new Output.MergedLines(CommandJvmMain::say));
		running.exited().thenAccept((code) -> say("exited"));
		Executors.newSingleThreadScheduledExecutor()
			.scheduleAtFixedRate(() -> running.keepFor(Duration.ofSeconds(1)), 0, 200, TimeUnit.MILLISECONDS);
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

	private static void untilTheEndOfInput() throws IOException {
		while (System.in.read() >= 0) {
			Thread.onSpinWait();
		}
		System.exit(0);
	}

	private static synchronized void say(String line) {
		System.out.println(line);
		System.out.flush();
	}

}
