package io.clustercontroller.test;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.LoopThread;
import org.jspecify.annotations.Nullable;

/**
 * All services, owned by one thread, which does everything and tells everybody.
 */
final class MemoryCluster implements AutoCloseable {

	private final LoopThread thread = new LoopThread("test-cluster", true);

	private final Map<String, MemoryService> services = new HashMap<>();

	/** The application finds another member as master. */
	private final boolean otherFirst;

	private @Nullable MemoryService application;

	private long revision;

	MemoryCluster(boolean otherFirst) {
		this.otherFirst = otherFirst;
	}

	/** Do something on the thread. */
	<T> CompletionStage<T> call(Supplier<T> work) {
		try {
			return CompletableFuture.supplyAsync(work, this.thread);
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedStage(new CoordinationException("the test cluster is closed", ex));
		}
	}

	/** Do something on the thread with the service that was joined first. */
	<T> CompletionStage<T> inApplication(Function<MemoryService, T> work) {
		return call(() -> {
			MemoryService service = this.application;
			if (service == null) {
				throw new IllegalStateException("no application has joined");
			}
			return work.apply(service);
		});
	}

	CompletionStage<Boolean> pause(Duration duration) {
		CompletableFuture<Boolean> over = new CompletableFuture<>();
		this.thread.schedule(() -> over.complete(true), duration.toNanos(), TimeUnit.NANOSECONDS);
		return over;
	}

	/** On the thread only. */
	MemoryService service(String environment, String service) {
		return this.services.computeIfAbsent(environment + "/" + service,
				(name) -> new MemoryService(this, environment, service));
	}

	/** On the thread only. */
	void joining(MemoryService service) {
		if (this.application == null) {
			this.application = service;
			if (this.otherFirst) {
				service.haveSuccessor();
			}
		}
	}

	/** On the thread only: a number higher than all before. */
	long next() {
		return ++this.revision;
	}

	@Override
	public void close() {
		this.thread.shutdownNow();
	}

}
