package io.clustercontroller.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What to run, and how it is to be ended.
 *
 * @param words the program and its arguments; no shell is involved
 * @param directory where it runs; {@code null} for the directory of this JVM
 * @param environment all of its environment; a variable that a shell could not name, such
 * as {@code discovery.type}, can be seen by other users for a moment when the command
 * starts, so it must hold no secret
 * @param inheritInput whether it reads the standard input of this JVM; otherwise there is
 * nothing to read
 * @param stopSignal the name of the signal that asks it to end, without "SIG"
 * @param orphanGrace the time between that signal and SIGKILL if this JVM is gone or
 * frozen
 */
public record Command(List<String> words, @Nullable Path directory, Map<String, String> environment,
		boolean inheritInput, String stopSignal, Duration orphanGrace) {

	public Command {
		words = List.copyOf(words);
		environment = Map.copyOf(environment);
	}

	/**
	 * Split a text into words as a shell does, with quotes and backslashes, but without
	 * expanding anything.
	 * @throws IllegalArgumentException if a quote is not closed or a backslash has
	 * nothing to follow; the message is a clause that says what is wrong and where
	 */
	public static List<String> split(String text) {
		return Words.of(text);
	}

	/**
	 * The name of a signal as a command takes it, in capital letters and without "SIG",
	 * or its number.
	 * @throws IllegalArgumentException if there is no such signal; the message is a
	 * clause that says so
	 */
	public static String signalName(String text) {
		return Signals.nameOf(text);
	}

	/**
	 * Check that it can be run: that the program exists and may be executed, and the
	 * directory is one.
	 * @throws CommandException if it cannot
	 */
	public void check() {
		Signals.check(this.stopSignal);
		Program.of(this);
	}

}
