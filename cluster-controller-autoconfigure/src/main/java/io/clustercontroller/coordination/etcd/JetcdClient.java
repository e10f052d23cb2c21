package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.TimeSource;
import io.etcd.jetcd.Client;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jetcd client, thrown away and built anew when nothing succeeds: its back-off begins
 * at a second, reaches two minutes and cannot be reset (measured after an outage of 150
 * s: 25 s with the old client, 0.1 s with a new one), and it would still send what was
 * given up long ago.
 */
final class JetcdClient implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(JetcdClient.class);

	/**
	 * What has no end in spite of its deadline is ended after this. Longer than the first
	 * call with its retries may take.
	 */
	private static final long OUTER_LIMIT_SECONDS = 17;

	/**
	 * For so long after the first failure a master may still hope to be confirmed in
	 * time, and every second counts.
	 */
	private static final Duration HOPE = Duration.ofSeconds(10);

	private static final Duration PATIENCE_WHILE_HOPING = Duration.ofSeconds(1);

	private final Supplier<Client> factory;

	private final CallDeadline deadline;

	private final Duration patience;

	private final TimeSource time;

	private final EtcdErrors errors;

	private Generation generation;

	/** Since when everything has failed; without meaning while nothing does. */
	private long failingSince;

	private boolean failing;

	private long lastSuccess;

	private boolean answered;

	private boolean closed;

	/**
	 * @param factory builds a client that uses the deadline
	 * @param patience how long without a success a client is kept in a long outage
	 * @param errors know what a failure of the client means
	 */
	JetcdClient(Supplier<Client> factory, CallDeadline deadline, Duration patience, TimeSource time,
			EtcdErrors errors) {
		this.factory = factory;
		this.deadline = deadline;
		this.patience = patience;
		this.time = time;
		this.errors = errors;
		this.lastSuccess = time.nanoTime();
		this.generation = new Generation(factory.get(), this.lastSuccess);
	}

	/** How long a call may take once the first one has succeeded. */
	void limitCalls(Duration limit) {
		this.deadline.limit(limit);
	}

	Client current() {
		return generation().client;
	}

	<T> CompletableFuture<T> call(Function<Client, CompletableFuture<T>> request) {
		Generation generation = generation();
		long begun = this.time.nanoTime();
		CompletableFuture<T> answer = new CompletableFuture<>();
		generation.pending.add(answer);
		try {
			request.apply(generation.client).whenComplete((value, failure) -> {
				if (failure == null) {
					answer.complete(value);
				}
				else {
					answer.completeExceptionally(failure);
				}
			});
		}
		catch (RuntimeException ex) {
			answer.completeExceptionally(ex);
		}
		CoordinationException end = generation.end;
		if (end != null) {
			generation.giveUpPending(end);
		}
		return answer.orTimeout(OUTER_LIMIT_SECONDS, TimeUnit.SECONDS).handle((value, failure) -> {
			generation.pending.remove(answer);
			if (failure == null) {
				succeeded();
				return value;
			}
			CoordinationException translated = this.errors.translate(failure, hasAnswered());
			if (EtcdErrors.isAnswer(failure, translated)) {
				succeeded();
			}
			else {
				failed(generation, begun, translated);
			}
			throw new CompletionException(translated);
		});
	}

	/**
	 * Go on with a new client, made with the certificates as they are now. Where they
	 * cannot be used the present one stays.
	 */
	void replace() {
		Generation last;
		synchronized (this) {
			if (this.closed) {
				return;
			}
			last = this.generation;
			if (!renew()) {
				return;
			}
		}
		logger.info("The certificates for etcd have changed; connecting anew");
		last.end(new CoordinationException("connecting to etcd anew with other certificates", null));
	}

	/** Whether there is a new client. */
	private boolean renew() {
		try {
			this.generation = new Generation(this.factory.get(), this.time.nanoTime());
			return true;
		}
		catch (RuntimeException ex) {
			logger.warn("The connection to etcd cannot be made anew and stays as it is: {}", ex.getMessage());
			return false;
		}
	}

	@Override
	public void close() {
		Generation last;
		synchronized (this) {
			this.closed = true;
			last = this.generation;
		}
		last.end(new CoordinationException("the connection to etcd was closed", null));
	}

	private synchronized Generation generation() {
		return this.generation;
	}

	private synchronized boolean hasAnswered() {
		return this.answered;
	}

	private synchronized void succeeded() {
		this.failing = false;
		this.answered = true;
		this.lastSuccess = this.time.nanoTime();
		this.deadline.warm();
	}

	/**
	 * @param begun when the call was made; since then nothing has succeeded, or else
	 * since the last success
	 */
	private void failed(Generation failed, long begun, CoordinationException failure) {
		synchronized (this) {
			long now = this.time.nanoTime();
			if (!this.failing) {
				this.failing = true;
				this.failingSince = (begun - this.lastSuccess > 0) ? begun : this.lastSuccess;
			}
			boolean hope = now - this.failingSince < HOPE.toNanos();
			long patience = (hope ? PATIENCE_WHILE_HOPING : this.patience).toNanos();
			if (this.closed || failed != this.generation || now - failed.begun < patience
					|| now - this.failingSince < patience || !renew()) {
				return;
			}
		}
		logger.debug("Connecting to etcd anew");
		failed.end(new CoordinationException("the connection to etcd was given up: " + failure.getMessage(), failure));
	}

	/** One client and what it has not answered yet. */
	private static final class Generation {

		private final Client client;

		private final long begun;

		private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();

		private volatile @Nullable CoordinationException end;

		Generation(Client client, long begun) {
			this.client = client;
			this.begun = begun;
		}

		/**
		 * What is pending when a client is closed would end with no word of the cause, or
		 * never.
		 */
		void end(CoordinationException cause) {
			this.end = cause;
			giveUpPending(cause);
			this.client.close();
		}

		void giveUpPending(CoordinationException cause) {
			this.pending.forEach((answer) -> answer.completeExceptionally(cause));
		}

	}

}
