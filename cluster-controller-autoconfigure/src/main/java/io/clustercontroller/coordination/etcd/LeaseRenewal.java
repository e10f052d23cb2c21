package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.coordination.etcd.EtcdGateway.Lease;
import io.clustercontroller.coordination.etcd.EtcdGateway.LeaseGoneException;
import io.clustercontroller.coordination.etcd.EtcdGateway.Reading;
import io.clustercontroller.coordination.etcd.EtcdHistory.DataLostException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a lease alive: renews it every third of its TTL, and after a failure again and
 * again until it is confirmed or its time is over. Used on the loop's thread only.
 */
final class LeaseRenewal {

	/**
	 * The pause between attempts; the first retry comes at once and meets another member
	 * of etcd.
	 */
	private static final Duration RETRY = Duration.ofMillis(250);

	/** A timer that is so late was not run, nor was anything else. */
	private static final Duration FROZEN = Duration.ofSeconds(1);

	private final EtcdGateway gateway;

	private final ServiceKeys keys;

	private final EtcdHistory history;

	private final LongSupplier known;

	private final ScheduledExecutorService loop;

	private final TimeSource time;

	private final Listener listener;

	private long leaseId;

	private long ttlNanos;

	private long validUntil;

	private boolean attempting;

	private int failures;

	private CoordinationException lastFailure = new CoordinationException("etcd has not answered", null);

	private @Nullable ScheduledFuture<?> next;

	private @Nullable ScheduledFuture<?> expiry;

	private boolean over;

	/**
	 * @param known the highest revision that the session knows
	 */
	LeaseRenewal(EtcdGateway gateway, ServiceKeys keys, EtcdHistory history, LongSupplier known,
			ScheduledExecutorService loop, TimeSource time, Listener listener) {
		this.gateway = gateway;
		this.keys = keys;
		this.history = history;
		this.known = known;
		this.loop = loop;
		this.time = time;
		this.listener = listener;
	}

	/** The clocks before a request is sent. */
	Attempt attempt() {
		return new Attempt(this.time.nanoTime(), this.time.wallMillis());
	}

	/** Begin with a lease just granted; a grant is confirmed by the majority itself. */
	void begin(Lease lease, Attempt attempt) {
		this.leaseId = lease.id();
		confirm(lease, attempt, null);
	}

	/** Renew now instead of at the next turn. */
	void renewNow() {
		if (this.attempting || this.over || this.leaseId == 0) {
			return;
		}
		this.attempting = true;
		Attempt attempt = attempt();
		long known = Math.max(this.history.revision(), this.known.getAsLong());
		Duration patience = EtcdSession.hedgePatience(Duration.ofNanos(this.ttlNanos));
		Hedged.send(() -> this.gateway.keepAlive(this.leaseId), patience, this.loop)
			.thenComposeAsync((lease) -> Hedged.send(() -> this.gateway.get(this.keys.master()), patience, this.loop)
				.thenAcceptAsync((master) -> answered(lease, master, known, attempt), this.loop), this.loop)
			.whenCompleteAsync((done, failure) -> {
				this.attempting = false;
				if (failure != null) {
					failed(Failures.of(failure));
				}
			}, this.loop);
	}

	void end() {
		this.over = true;
		cancel(this.next);
		cancel(this.expiry);
	}

	private void answered(Lease lease, Reading master, long known, Attempt attempt) {
		this.history.check(master.revision(), known, Duration.ofNanos(this.ttlNanos));
		if (lease.raftTerm() != master.raftTerm()) {
			throw new CoordinationException(
					"a member of etcd in raft term %d renewed the lease, but the cluster is in term %d"
						.formatted(lease.raftTerm(), master.raftTerm()),
					null);
		}
		if (!this.over && !expireIfDue()) {
			confirm(lease, attempt, master);
		}
	}

	private void confirm(Lease lease, Attempt attempt, @Nullable Reading master) {
		this.failures = 0;
		this.ttlNanos = TimeUnit.SECONDS.toNanos(lease.ttlSeconds());
		this.validUntil = attempt.nanoTime() + this.ttlNanos;
		long now = this.time.nanoTime();
		cancel(this.expiry);
		this.expiry = this.loop.schedule(this::expireIfDue, this.validUntil - now, TimeUnit.NANOSECONDS);
		renewIn(attempt.nanoTime() + this.ttlNanos / 3 - now);
		this.listener.confirmed(
				new Confirmation(attempt.nanoTime(), attempt.wallMillis(), Duration.ofNanos(this.ttlNanos)), master);
	}

	private void failed(CoordinationException failure) {
		this.lastFailure = failure;
		if (this.over) {
			return;
		}
		if (failure instanceof LeaseGoneException || failure instanceof DataLostException) {
			expire(failure);
		}
		else if (!expireIfDue()) {
			this.failures++;
			if (this.failures == 1) {
				this.listener.doubted(failure);
			}
			renewIn((this.failures == 1) ? 0 : RETRY.toNanos());
		}
		this.listener.missed();
	}

	private void renewIn(long nanos) {
		cancel(this.next);
		this.next = this.loop.schedule(this::renewNow, nanos, TimeUnit.NANOSECONDS);
	}

	private boolean expireIfDue() {
		long late = this.time.nanoTime() - this.validUntil;
		if (!this.over && late >= 0) {
			// its time is over, so this takes the mastership from nobody
			this.gateway.revoke(this.leaseId);
			expire(new CoordinationException(
					(late > FROZEN.toNanos())
							? "this process did not run for %d ms".formatted(TimeUnit.NANOSECONDS.toMillis(late))
							: "not confirmed for %d ms; the last attempt: %s"
								.formatted(TimeUnit.NANOSECONDS.toMillis(this.ttlNanos), this.lastFailure.getMessage()),
					this.lastFailure));
		}
		return this.over;
	}

	private void expire(CoordinationException cause) {
		end();
		this.listener.expired(cause);
	}

	private static void cancel(@Nullable ScheduledFuture<?> task) {
		if (task != null) {
			task.cancel(false);
		}
	}

	/** Told on the loop's thread. */
	interface Listener {

		/**
		 * The lease is known to be valid.
		 * @param master the read of the master key that confirmed it, or {@code null}
		 * right after the grant
		 */
		void confirmed(Confirmation confirmation, @Nullable Reading master);

		/** A renewal has failed, the first one since the last success; others follow. */
		void doubted(CoordinationException cause);

		/** A renewal has failed, whichever it was. */
		void missed();

		/**
		 * The lease is gone, or not known to be alive any more; it is never used again.
		 */
		void expired(CoordinationException cause);

	}

	/**
	 * Both clocks at one instant.
	 *
	 * @param nanoTime the monotonic one
	 * @param wallMillis the wall clock
	 */
	record Attempt(long nanoTime, long wallMillis) {
	}

}
