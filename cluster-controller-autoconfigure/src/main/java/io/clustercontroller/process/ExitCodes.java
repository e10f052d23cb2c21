package io.clustercontroller.process;

import java.util.Map;

/**
 * What the exit codes of processes mean.
 */
final class ExitCodes {

	/** As shells have it. */
	static final int CANNOT_START = 127;

	private static final int SIGNAL = 128;

	private static final Map<Integer, String> MEANINGS = Map.of(126, "found, but it could not be executed",
			CANNOT_START, "something it needs was not found", SIGNAL + 1, "ended by SIGHUP", SIGNAL + 2,
			"ended by SIGINT", SIGNAL + 6, "ended by SIGABRT", SIGNAL + 9,
			"killed: out of memory, by SIGKILL, or because its controller was gone", SIGNAL + 11, "ended by SIGSEGV",
			SIGNAL + 13, "ended by SIGPIPE", SIGNAL + 15, "ended by SIGTERM");

	private ExitCodes() {
	}

	/** The code and, where there is more to say, its meaning in brackets. */
	static String describe(int code) {
		String meaning = MEANINGS.get(code);
		if (meaning == null && code > SIGNAL && code <= SIGNAL + 64) {
			meaning = "ended by signal " + (code - SIGNAL);
		}
		return (meaning != null) ? code + " (" + meaning + ")" : String.valueOf(code);
	}

	/**
	 * The code of a process that was stopped: to end by SIGTERM or SIGINT is what it was
	 * asked for.
	 */
	static int afterStop(int code) {
		return (code == SIGNAL + 15 || code == SIGNAL + 2) ? 0 : code;
	}

	/**
	 * As the exit code of this JVM, of which the system keeps eight bits: what is not 0
	 * must not become it.
	 */
	static int ofJvm(int code) {
		return (code != 0 && (code & 0xff) == 0) ? 1 : code;
	}

}
