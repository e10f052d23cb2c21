package io.clustercontroller.engine;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.clustercontroller.ClusterOperations;
import io.clustercontroller.OperationRefusedException;

/**
 * Passes operations on to the engine and waits for them.
 */
final class EngineClusterOperations implements ClusterOperations {

	private final Engine engine;

	private final Duration limit;

	/**
	 * @param stopTimeout how long the work of a master may take to stop
	 */
	EngineClusterOperations(Engine engine, Duration stopTimeout) {
		this.engine = engine;
		this.limit = stopTimeout.plus(Succession.PATIENCE.multipliedBy(Succession.MOST_CANDIDATES));
	}

	@Override
	public void stepDown() {
		await(this.engine.handOver(null));
	}

	@Override
	public void handOver(String instanceId) {
		await(this.engine.handOver(instanceId));
	}

	private void await(CompletionStage<Void> operation) {
		try {
			operation.toCompletableFuture().get(this.limit.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the mastership is being handed over", ex);
		}
		catch (TimeoutException ex) {
			throw new IllegalStateException("The mastership is still being handed over after " + this.limit, ex);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof OperationRefusedException refused) {
				throw refused;
			}
			throw new IllegalStateException("The mastership could not be handed over", ex.getCause());
		}
	}

}
