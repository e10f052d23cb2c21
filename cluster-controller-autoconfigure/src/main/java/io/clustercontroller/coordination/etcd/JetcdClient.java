package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.TimeSource;
import io.etcd.jetcd.Client;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jetcd client, thrown away and built anew when nothing has succeeded for a while:
 * its back-off reaches two minutes and cannot be reset (measured after an outage of 150
 * s: 25 s with the old client, 0.1 s with a new one), and it would still send what was
 * given up long ago.
 */
final class JetcdClient implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(JetcdClient.class);

	/**
	 * What is pending when a client is closed never ends by itself, whatever its
	 * deadline. Longer than the first call with its retries may take.
	 */
	private static final long OUTER_LIMIT_SECONDS = 17;

	private final Supplier<Client> factory;

	private final CallDeadline deadline;

	private final TimeSource time;

	private final long patienceNanos;

	private Client client;

	private long lastSuccess;

	private boolean closed;

	/**
	 * @param factory builds a client that uses the deadline
	 * @param patience how long without a success a client is kept
	 */
	JetcdClient(Supplier<Client> factory, CallDeadline deadline, Duration patience, TimeSource time) {
		this.factory = factory;
		this.deadline = deadline;
		this.time = time;
		this.patienceNanos = patience.toNanos();
		this.client = factory.get();
		this.lastSuccess = time.nanoTime();
	}

	/** How long a call may take once the first one has succeeded. */
	void limitCalls(Duration limit) {
		this.deadline.limit(limit);
	}

	synchronized Client current() {
		return this.client;
	}

	<T> CompletableFuture<T> call(Function<Client, CompletableFuture<T>> request) {
		CompletableFuture<T> answer;
		try {
			answer = request.apply(current());
		}
		catch (RuntimeException ex) {
			answer = CompletableFuture.failedFuture(ex);
		}
		return answer.orTimeout(OUTER_LIMIT_SECONDS, TimeUnit.SECONDS).handle((value, failure) -> {
			if (failure == null) {
				succeeded();
				return value;
			}
			CoordinationException translated = EtcdErrors.translate(failure);
			if (EtcdErrors.isAnswer(translated)) {
				succeeded();
			}
			else {
				failed();
			}
			throw new CompletionException(translated);
		});
	}

	@Override
	public void close() {
		Client last;
		synchronized (this) {
			this.closed = true;
			last = this.client;
		}
		last.close();
	}

	private synchronized void succeeded() {
		this.lastSuccess = this.time.nanoTime();
		this.deadline.warm();
	}

	private void failed() {
		Client useless;
		synchronized (this) {
			if (this.closed || this.time.nanoTime() - this.lastSuccess < this.patienceNanos) {
				return;
			}
			useless = this.client;
			this.client = this.factory.get();
			this.lastSuccess = this.time.nanoTime();
		}
		logger.debug("Replaced the client, which had had no success for {} ms",
				TimeUnit.NANOSECONDS.toMillis(this.patienceNanos));
		useless.close();
	}

}
