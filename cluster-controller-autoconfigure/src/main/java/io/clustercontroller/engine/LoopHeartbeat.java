package io.clustercontroller.engine;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Gives a loop one task after the other that does nothing but show that it is run.
 */
final class LoopHeartbeat {

	private final Executor loop;

	private final TimeSource time;

	/** When the task was given that has not run yet, or {@code null} if there is none. */
	private final AtomicReference<@Nullable Long> given = new AtomicReference<>();

	LoopHeartbeat(Executor loop, TimeSource time) {
		this.loop = loop;
		this.time = time;
	}

	/**
	 * Give it a task, unless the last one is still to be run.
	 * @return how long that one has been waiting
	 */
	Duration silence() {
		long now = this.time.nanoTime();
		if (this.given.compareAndSet(null, now)) {
			try {
				this.loop.execute(() -> this.given.set(null));
			}
			catch (RejectedExecutionException ex) {
				// it has ended in an orderly way
				this.given.set(null);
			}
		}
		Long since = this.given.get();
		return (since != null) ? Duration.ofNanos(Math.max(0, now - since)) : Duration.ZERO;
	}

}
