package io.clustercontroller.command;

import java.util.Locale;
import java.util.Set;

/**
 * The names of signals.
 */
final class Signals {

	static final String TERM = "TERM";

	static final String KILL = "KILL";

	/** What every shell on Linux knows by name. */
	private static final Set<String> NAMES = Set.of("HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", KILL,
			"USR1", "SEGV", "USR2", "PIPE", "ALRM", TERM, "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU",
			"URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

	/** A number has no name where it is a real-time signal. */
	private static final String NUMBER = "[1-9]|[1-5][0-9]|6[0-4]";

	private Signals() {
	}

	/**
	 * Check that there is such a signal.
	 * @throws CommandException if there is not
	 */
	static void check(String signal) {
		if (!exists(signal)) {
			throw new CommandException("there is no signal '" + signal + "'",
					"Use a name without SIG in capital letters, such as TERM, INT, QUIT or HUP, or a number from 1 to 64.",
					null);
		}
	}

	/**
	 * The name as it is known here, of one that a user may have written in small letters
	 * or with "SIG".
	 * @throws IllegalArgumentException if there is no such signal
	 */
	static String nameOf(String text) {
		String name = text.trim().toUpperCase(Locale.ROOT).replaceFirst("^SIG", "");
		if (!exists(name)) {
			throw new IllegalArgumentException("there is no signal '" + text + "'");
		}
		return name;
	}

	private static boolean exists(String signal) {
		return NAMES.contains(signal) || signal.matches(NUMBER);
	}

}
