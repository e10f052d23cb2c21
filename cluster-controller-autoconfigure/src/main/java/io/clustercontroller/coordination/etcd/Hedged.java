package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A request that is sent once more when it fails or takes long. The second one meets
 * another member of etcd: calls go to each in turn, so without this a pair of calls can
 * meet a frozen member at every attempt.
 */
final class Hedged<T> {

	private final Supplier<CompletableFuture<T>> request;

	private final Consumer<T> surplus;

	private final CompletableFuture<T> result = new CompletableFuture<>();

	private int sent;

	private int failed;

	private Hedged(Supplier<CompletableFuture<T>> request, Consumer<T> surplus) {
		this.request = request;
		this.surplus = surplus;
	}

	/**
	 * Send a request, and a second one after a while or a failure; the first success
	 * counts. Called on the loop's thread.
	 */
	static <T> CompletableFuture<T> send(Supplier<CompletableFuture<T>> request, Duration patience,
			ScheduledExecutorService loop) {
		return send(request, patience, loop, (value) -> {
		});
	}

	/**
	 * The same for a request that leaves something behind.
	 * @param surplus told of the success that does not count
	 */
	static <T> CompletableFuture<T> send(Supplier<CompletableFuture<T>> request, Duration patience,
			ScheduledExecutorService loop, Consumer<T> surplus) {
		Hedged<T> hedged = new Hedged<>(request, surplus);
		hedged.sendOne(loop);
		ScheduledFuture<?> second = loop.schedule(() -> hedged.sendSecond(loop), patience.toNanos(),
				TimeUnit.NANOSECONDS);
		return hedged.result.whenComplete((value, failure) -> second.cancel(false));
	}

	private void sendSecond(ScheduledExecutorService loop) {
		if (this.sent < 2 && !this.result.isDone()) {
			sendOne(loop);
		}
	}

	private void sendOne(ScheduledExecutorService loop) {
		this.sent++;
		this.request.get().whenCompleteAsync((value, failure) -> {
			if (failure == null) {
				if (!this.result.complete(value)) {
					this.surplus.accept(value);
				}
			}
			else if (++this.failed == 2 || Failures.of(failure) instanceof EtcdGateway.LeaseGoneException) {
				this.result.completeExceptionally(failure);
			}
			else {
				sendSecond(loop);
			}
		}, loop);
	}

}
