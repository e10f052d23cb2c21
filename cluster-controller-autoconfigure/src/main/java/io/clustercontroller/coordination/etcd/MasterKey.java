package io.clustercontroller.coordination.etcd;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.clustercontroller.Pause;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.coordination.etcd.EtcdGateway.Condition;
import io.clustercontroller.coordination.etcd.EtcdGateway.Entry;
import io.clustercontroller.coordination.etcd.EtcdGateway.LeaseGoneException;
import io.clustercontroller.coordination.etcd.EtcdGateway.Operation;
import io.clustercontroller.coordination.etcd.EtcdGateway.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The key that names the master, as one session takes it and gives it away: each in one
 * transaction, on the condition that it is what the session takes it for. Used on the
 * loop's thread only.
 */
final class MasterKey {

	/** The successor's key changes with its state, so an attempt may meet a newer one. */
	private static final int MOST_HAND_OVER_ATTEMPTS = 3;

	private final EtcdGateway gateway;

	private final ServiceKeys keys;

	private final ServiceMirror mirror;

	private final String self;

	private final TimeSource time;

	private final Executor loop;

	private final Supplier<CompletableFuture<Boolean>> refresh;

	private final Runnable known;

	private long acquired;

	/**
	 * @param self the session's member
	 * @param refresh brings the mirror up to date
	 * @param known called when the mirror knows the outcome of a transaction
	 */
	MasterKey(EtcdGateway gateway, ServiceKeys keys, ServiceMirror mirror, String self, TimeSource time, Executor loop,
			Supplier<CompletableFuture<Boolean>> refresh, Runnable known) {
		this.gateway = gateway;
		this.keys = keys;
		this.mirror = mirror;
		this.self = self;
		this.time = time;
		this.loop = loop;
		this.refresh = refresh;
		this.known = known;
	}

	/** The last mastership the session is known to have won, not been given. */
	long acquired() {
		return this.acquired;
	}

	/**
	 * On the condition that the pause is still what it is taken for here: the watch may
	 * be late to tell of it.
	 */
	CompletableFuture<Void> acquire(long leaseId) {
		Pause pause = this.mirror.pause();
		if (pause != null && pause.isInForce(this.time.wallMillis())) {
			return CompletableFuture.completedFuture(null);
		}
		Entry foreign = this.mirror.master();
		long expected = (foreign != null && foreign.leaseId() == 0) ? foreign.modRevision() : 0;
		return this.gateway
			.transact(
					List.of(new Condition(this.keys.master(), expected),
							new Condition(this.keys.pause(), this.mirror.pauseRevision())),
					List.of(Operation.put(this.keys.master(), this.self, leaseId)),
					List.of(Operation.get(this.keys.master())))
			.thenComposeAsync((outcome) -> {
				if (outcome.succeeded()) {
					this.acquired = outcome.revision();
				}
				answered(outcome, this.self, leaseId);
				long present = outcome.entries().stream().mapToLong(Entry::modRevision).findFirst().orElse(0);
				boolean pauseChanged = !outcome.succeeded() && present == expected;
				return pauseChanged ? this.refresh.get() : CompletableFuture.completedFuture(false);
			}, this.loop)
			.thenAccept((news) -> {
			});
	}

	CompletableFuture<Boolean> handOver(long token, String successor) {
		return handOver(token, successor, MOST_HAND_OVER_ATTEMPTS);
	}

	/**
	 * The successor's key carries its lease, and its revision says that it is still the
	 * one that was read. If the lease is gone the transaction fails as a whole.
	 */
	private CompletableFuture<Boolean> handOver(long token, String instanceId, int attempts) {
		Entry successor = this.mirror.member(instanceId);
		if (!isMine(token) || successor == null || successor.leaseId() == 0 || attempts == 0) {
			return CompletableFuture.completedFuture(false);
		}
		return this.gateway
			.transact(
					List.of(new Condition(this.keys.master(), token),
							new Condition(successor.key(), successor.modRevision())),
					List.of(Operation.put(this.keys.master(), instanceId, successor.leaseId())),
					List.of(Operation.get(this.keys.master())))
			.thenComposeAsync((outcome) -> {
				answered(outcome, instanceId, successor.leaseId());
				return outcome.succeeded() ? CompletableFuture.completedFuture(true) : this.refresh.get()
					.thenComposeAsync((news) -> handOver(token, instanceId, attempts - 1), this.loop);
			}, this.loop)
			.exceptionallyCompose((failure) -> (Failures.of(failure) instanceof LeaseGoneException)
					? CompletableFuture.completedFuture(false) : CompletableFuture.failedFuture(failure));
	}

	CompletableFuture<Void> release(long token) {
		if (!isMine(token)) {
			return CompletableFuture.completedFuture(null);
		}
		return this.gateway
			.transact(List.of(new Condition(this.keys.master(), token)), List.of(Operation.delete(this.keys.master())),
					List.of(Operation.get(this.keys.master())))
			.thenAcceptAsync((outcome) -> answered(outcome, null, 0), this.loop);
	}

	/** Whether this instance has this mastership, be it from an earlier session. */
	private boolean isMine(long token) {
		Entry master = this.mirror.master();
		return master != null && master.value().equals(this.self) && master.modRevision() == token;
	}

	/**
	 * A transaction has been answered.
	 * @param instanceId the master if it succeeded, or {@code null} for none; if it did
	 * not, it has read who is
	 */
	private void answered(Outcome outcome, @Nullable String instanceId, long leaseId) {
		String key = this.keys.master();
		Entry before = this.mirror.master();
		Entry after = outcome.entries().stream().filter((entry) -> entry.key().equals(key)).findFirst().orElse(null);
		if (outcome.succeeded() && instanceId != null) {
			long created = (before != null) ? before.createRevision() : outcome.revision();
			after = new Entry(key, instanceId, leaseId, created, outcome.revision());
		}
		this.mirror.masterRead(after, outcome.revision());
		this.known.run();
	}

}
