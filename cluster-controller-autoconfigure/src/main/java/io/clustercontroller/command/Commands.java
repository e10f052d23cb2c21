package io.clustercontroller.command;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Starts commands, all from one thread that lives as long as they may: the parent-death
 * signal of a process follows the thread that started it.
 */
public final class Commands implements AutoCloseable {

	/** What this machine has for it, probed once. */
	public Capabilities capabilities() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Start a command; blocks for some milliseconds.
	 * @throws CommandException if it cannot be run
	 */
	public RunningCommand start(Command command, Output output) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Run a command and wait for its end. When the time is over, or the calling thread is
	 * interrupted, all its processes are ended.
	 * @param lines receives what it writes, line by line
	 * @throws CommandException if it cannot be run
	 */
	public CommandResult run(Command command, Duration timeout, Consumer<String> lines) throws InterruptedException {
		throw new UnsupportedOperationException();
	}

	/** End; what still runs is killed. */
	@Override
	public void close() {
	}

}
