package io.clustercontroller.engine;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.clustercontroller.ClusterOperations;
import io.clustercontroller.OperationRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Passes operations on to the engine and waits for them.
 */
final class EngineClusterOperations implements ClusterOperations {

	private final Supplier<Engine> engine;

	private final ServicePause pause;

	private final Duration limit;

	/**
	 * @param stopTimeout how long the work of a master may take to stop
	 */
	EngineClusterOperations(Supplier<Engine> engine, ServicePause pause, Duration stopTimeout) {
		this.engine = engine;
		this.pause = pause;
		this.limit = stopTimeout.plus(Succession.PATIENCE.multipliedBy(Succession.MOST_CANDIDATES));
	}

	@Override
	public void stepDown() {
		handOverTo(null);
	}

	@Override
	public void handOver(String instanceId) {
		handOverTo(instanceId);
	}

	@Override
	public void pause(String reason, Duration expiry) {
		this.pause.begin(reason, expiry);
	}

	@Override
	public void resume() {
		this.pause.end();
	}

	@Override
	public void setEligible(boolean eligible) {
		Engine engine = this.engine.get();
		if (eligible && engine.standing().self().priority() == 0) {
			throw new OperationRefusedException(
					"This instance has priority 0, with which it never stands for election, eligible or not.");
		}
		try {
			engine.setEligible(eligible);
		}
		catch (RejectedExecutionException ex) {
			throw new OperationRefusedException("This instance takes no part in its cluster.");
		}
	}

	private void handOverTo(@Nullable String target) {
		try {
			this.engine.get().handOver(target).toCompletableFuture().get(this.limit.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the mastership is being handed over", ex);
		}
		catch (TimeoutException ex) {
			throw new IllegalStateException("The mastership is still being handed over after " + this.limit, ex);
		}
		catch (RejectedExecutionException ex) {
			throw new OperationRefusedException("This instance takes no part in its cluster.");
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof IllegalStateException known) {
				throw known;
			}
			throw new IllegalStateException("The mastership could not be handed over", ex.getCause());
		}
	}

}
