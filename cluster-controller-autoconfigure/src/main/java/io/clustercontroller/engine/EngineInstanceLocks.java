package io.clustercontroller.engine;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.InstanceLocks;
import io.clustercontroller.coordination.LockHolder;
import io.clustercontroller.coordination.TimeSource;

/**
 * Asks the engine's present session.
 */
final class EngineInstanceLocks implements InstanceLocks {

	private final Supplier<Engine> engine;

	private final Coordinator coordinator;

	private final TimeSource time;

	EngineInstanceLocks(Supplier<Engine> engine, Coordinator coordinator, TimeSource time) {
		this.engine = engine;
		this.coordinator = coordinator;
		this.time = time;
	}

	@Override
	public boolean isAvailable() {
		return this.coordinator.offersLocks();
	}

	@Override
	public long session() {
		return this.engine.get().standing().session();
	}

	@Override
	public Duration remaining(long session) {
		Standing standing = this.engine.get().standing();
		return (standing.session() == session) ? standing.remaining(this.time) : Duration.ZERO;
	}

	@Override
	public CompletionStage<LockHolder> acquire(long session, String name) {
		return this.engine.get().inSession(session, (present) -> present.lock(name));
	}

	@Override
	public CompletionStage<Void> release(long session, String name) {
		return this.engine.get().inSession(session, (present) -> present.unlock(name));
	}

}
