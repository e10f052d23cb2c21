package io.clustercontroller.test;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.LockHolder;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * One member's presence. All but the interface's methods is called on the cluster's
 * thread.
 */
final class MemorySession implements Session {

	private final MemoryCoordinator coordinator;

	private final SessionListener listener;

	private Member self;

	private @Nullable MemoryService service;

	private boolean over;

	MemorySession(MemoryCoordinator coordinator, Member self, SessionListener listener) {
		this.coordinator = coordinator;
		this.self = self;
		this.listener = listener;
	}

	void join(MemoryService service) {
		this.service = service;
		service.join(this);
	}

	Member self() {
		return this.self;
	}

	boolean isOver() {
		return this.over;
	}

	void confirm() {
		this.listener.confirmed(
				new Confirmation(TimeSource.SYSTEM.nanoTime(), TimeSource.SYSTEM.wallMillis(), Confirmation.UNLIMITED));
	}

	void show(ClusterView view) {
		this.listener.viewed(view);
	}

	void hint(String name, long version) {
		this.listener.recordWritten(name, version);
	}

	/** End without a word to the listener. */
	void end() {
		if (!this.over) {
			this.over = true;
			if (this.service != null) {
				this.service.remove(this);
			}
		}
	}

	void lose() {
		end();
		this.listener.ended(new CoordinationException("the test has ended the session", null));
	}

	@Override
	public CompletionStage<Void> acquire() {
		return run((service) -> service.acquire(this));
	}

	@Override
	public CompletionStage<Boolean> offer(String instanceId) {
		return in((service) -> service.offer(this, instanceId)).thenCompose(Function.identity());
	}

	@Override
	public CompletionStage<Void> withdraw(String instanceId) {
		return run((service) -> service.withdraw(this, instanceId));
	}

	@Override
	public CompletionStage<Void> accept() {
		return run((service) -> service.accept(this));
	}

	@Override
	public CompletionStage<Boolean> handOver(long token, String instanceId) {
		return in((service) -> service.handOver(this, token, instanceId));
	}

	@Override
	public CompletionStage<Void> release(long token) {
		return run((service) -> service.release(this, token));
	}

	@Override
	public CompletionStage<LockHolder> lock(String name) {
		return in((service) -> service.lock(this, name));
	}

	@Override
	public CompletionStage<Void> unlock(String name) {
		return run((service) -> service.unlock(this, name));
	}

	@Override
	public CompletionStage<Void> update(Member self) {
		return run((service) -> {
			this.self = self;
			service.changed();
		});
	}

	@Override
	public void renew() {
		run((service) -> confirm());
	}

	@Override
	public CompletionStage<Void> leave() {
		return run((service) -> end());
	}

	private CompletionStage<Void> run(Consumer<MemoryService> work) {
		return in((service) -> {
			work.accept(service);
			return true;
		}).thenAccept((done) -> {
		});
	}

	private <T> CompletionStage<T> in(Function<MemoryService, T> work) {
		return this.coordinator.call(() -> {
			MemoryService service = this.service;
			if (this.over || service == null) {
				throw new CoordinationException("the session has ended", null);
			}
			return work.apply(service);
		});
	}

}
