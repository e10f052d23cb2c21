package io.clustercontroller.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a stage an end: every wait has a deadline.
 */
final class Bounded {

	private static final Logger logger = LoggerFactory.getLogger(Bounded.class);

	private Bounded() {
	}

	/**
	 * What the stage completes with, or something else if it fails or takes longer.
	 * @return a stage that completes on the loop's thread and never fails
	 */
	static <T extends @Nullable Object> CompletableFuture<T> by(Duration limit, CompletionStage<T> stage,
			@Nullable T otherwise, ScheduledExecutorService loop) {
		CompletableFuture<T> result = new CompletableFuture<>();
		ScheduledFuture<?> end = loop.schedule(() -> result.complete(otherwise), limit.toNanos(), TimeUnit.NANOSECONDS);
		stage.whenCompleteAsync((value, failure) -> {
			end.cancel(false);
			if (failure != null) {
				logger.debug("Going on without the outcome of a request", failure);
				result.complete(otherwise);
			}
			else {
				result.complete(value);
			}
		}, loop);
		return result;
	}

}
