package io.clustercontroller.coordination;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Waits for what a coordinator answers, on a thread that may wait.
 */
public final class Answer {

	private Answer() {
	}

	/**
	 * Ask the coordinator, and wait for its answer. An interrupt does not end the wait,
	 * and is kept for what comes after.
	 * @param deadline the reading of {@link TimeSource#nanoTime()} until which to wait
	 * @throws CoordinationException if it fails or does not come in time
	 */
	public static <T> T await(Supplier<CompletionStage<T>> question, long deadline, TimeSource time) {
		boolean interrupted = false;
		try {
			CompletableFuture<T> answer = ask(question).toCompletableFuture();
			while (true) {
				try {
					return answer.get(Math.max(0, deadline - time.nanoTime()), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		catch (TimeoutException ex) {
			throw new CoordinationException("no answer in time", ex);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof CoordinationException known) ? known
					: new CoordinationException("unexpected failure: " + ex.getCause(), ex);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * Ask the coordinator. One that is closed may throw at once: that fails the stage.
	 */
	public static <T> CompletionStage<T> ask(Supplier<CompletionStage<T>> question) {
		try {
			return question.get();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

}
