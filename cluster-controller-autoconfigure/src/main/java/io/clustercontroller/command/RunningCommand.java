package io.clustercontroller.command;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A command that was started. Its methods may be called from any thread and do not block;
 * the stages complete on the thread of {@link Commands}, which must not be held up.
 */
public interface RunningCommand {

	/** The process id of the command, which is its process group as well. */
	long pid();

	/**
	 * Completes when the command itself has ended, while its descendants may live on,
	 * with its exit code: 128 and the number of the signal if a signal ended it. Never
	 * fails. {@link #stop} is due even then, to end what is left.
	 */
	CompletionStage<Integer> exited();

	/**
	 * Completes when, after {@link #stop}, no process of the command is left and its
	 * output is read to the end. Never fails.
	 */
	CompletionStage<Void> ended();

	/**
	 * Send a signal to the command itself.
	 * @param signal the name without "SIG"
	 * @throws CommandException if there is no such signal
	 */
	void signal(String signal);

	/**
	 * Ask all processes of the command to end, and kill them when the time is over. Also
	 * cleans up behind a command that has ended by itself. Called again, it can only
	 * shorten the time.
	 * @param limit the time between the stop signal and SIGKILL
	 */
	void stop(Duration limit);

	/**
	 * Let it live for this long, from now: if this method is not called again in time, it
	 * is ended, even if this JVM is frozen. Without a first call it lives without a
	 * limit.
	 */
	void keepFor(Duration duration);

}
