package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.coordination.etcd.EtcdGateway.Condition;
import io.clustercontroller.coordination.etcd.EtcdGateway.Entry;
import io.clustercontroller.coordination.etcd.EtcdGateway.LeaseGoneException;
import io.clustercontroller.coordination.etcd.EtcdGateway.Operation;
import io.clustercontroller.coordination.etcd.EtcdGateway.Outcome;
import io.clustercontroller.coordination.etcd.EtcdGateway.Reading;
import org.jspecify.annotations.Nullable;

/**
 * One lease in etcd and what hangs on it. Everything here happens on the loop's one
 * thread.
 */
final class EtcdSession implements Session {

	/** The successor's key changes with its state, so an attempt may meet a newer one. */
	private static final int MOST_HAND_OVER_ATTEMPTS = 3;

	private final Duration ttl;

	private final SessionListener listener;

	private final EtcdGateway gateway;

	private final ScheduledExecutorService loop;

	private final EtcdHistory history;

	private final ServiceKeys keys;

	private final String id;

	private final ServiceMirror mirror;

	private final LeaseRenewal renewal;

	private final MirrorUpkeep upkeep;

	private final MemberKey member;

	private final EtcdOffers offers;

	private long leaseId;

	/** The last mastership this session is known to have won, not been given. */
	private long acquired;

	private boolean joined;

	private @Nullable ClusterView viewed;

	private boolean over;

	EtcdSession(Member self, Duration ttl, SessionListener listener, EtcdGateway gateway, EtcdHistory history,
			ScheduledExecutorService loop, TimeSource time, RandomGenerator random) {
		this.id = self.instanceId();
		this.ttl = ttl;
		this.listener = listener;
		this.gateway = gateway;
		this.history = history;
		this.loop = loop;
		this.keys = new ServiceKeys(self.environment(), self.service());
		this.mirror = new ServiceMirror(this.keys);
		this.renewal = new LeaseRenewal(gateway, this.keys, history, loop, time, new RenewalOutcome());
		this.upkeep = new MirrorUpkeep(gateway, this.keys, this.mirror, history, ttl, loop, random,
				new MirrorOutcome());
		this.member = new MemberKey(gateway, this.keys.member(this.id), self, loop, this::memberWritten);
		this.offers = new EtcdOffers(gateway, this.keys, this.mirror, loop);
	}

	/** Grant the lease, register the member, read the service. */
	void open() {
		LeaseRenewal.Attempt attempt = this.renewal.attempt();
		this.gateway.grant(this.ttl.toSeconds()).thenComposeAsync((lease) -> {
			this.leaseId = lease.id();
			if (this.over) {
				throw ended();
			}
			this.renewal.begin(lease, attempt);
			return this.member.begin(lease.id());
		}, this.loop).thenComposeAsync((done) -> this.upkeep.begin(), this.loop).whenCompleteAsync((done, failure) -> {
			if (failure != null) {
				// it was never seen, so it takes the mastership from nobody
				revoke();
				end(Failures.of(failure));
			}
		}, this.loop);
	}

	@Override
	public CompletionStage<Void> acquire() {
		return ask(() -> {
			if (this.history.isDistrusted()) {
				return CompletableFuture.completedFuture(null);
			}
			Entry foreign = this.mirror.master();
			long expected = (foreign != null && foreign.leaseId() == 0) ? foreign.modRevision() : 0;
			return this.gateway
				.transact(List.of(new Condition(this.keys.master(), expected)),
						List.of(Operation.put(this.keys.master(), this.id, this.leaseId)),
						List.of(Operation.get(this.keys.master())))
				.thenAcceptAsync((outcome) -> {
					if (outcome.succeeded()) {
						this.acquired = outcome.revision();
					}
					masterIs(outcome, this.id, this.leaseId);
				}, this.loop);
		});
	}

	@Override
	public CompletionStage<Boolean> offer(String instanceId) {
		return ask(() -> this.offers.make(instanceId, this.id, this.leaseId));
	}

	@Override
	public CompletionStage<Void> withdraw(String instanceId) {
		return ask(() -> this.offers.withdraw(instanceId));
	}

	@Override
	public CompletionStage<Void> accept() {
		return ask(() -> {
			Entry offer = this.mirror.offer(this.id);
			if (offer == null) {
				return CompletableFuture.completedFuture(null);
			}
			return this.gateway
				.transact(List.of(new Condition(offer.key(), offer.modRevision())),
						List.of(Operation.delete(offer.key())), List.of())
				.thenAcceptAsync((outcome) -> {
					// accepted, or withdrawn meanwhile
					this.mirror.removeOffer(this.id);
					show();
				}, this.loop);
		});
	}

	@Override
	public CompletionStage<Boolean> handOver(long token, String instanceId) {
		return ask(() -> handOver(token, instanceId, MOST_HAND_OVER_ATTEMPTS));
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
				masterIs(outcome, instanceId, successor.leaseId());
				return outcome.succeeded() ? CompletableFuture.completedFuture(true) : this.upkeep.read()
					.thenComposeAsync((news) -> handOver(token, instanceId, attempts - 1), this.loop);
			}, this.loop)
			.exceptionallyCompose((failure) -> (Failures.of(failure) instanceof LeaseGoneException)
					? CompletableFuture.completedFuture(false) : CompletableFuture.failedFuture(failure));
	}

	@Override
	public CompletionStage<Void> release(long token) {
		return ask(() -> {
			if (!isMine(token)) {
				return CompletableFuture.completedFuture(null);
			}
			return this.gateway
				.transact(List.of(new Condition(this.keys.master(), token)),
						List.of(Operation.delete(this.keys.master())), List.of(Operation.get(this.keys.master())))
				.thenAcceptAsync((outcome) -> masterIs(outcome, null, 0), this.loop);
		});
	}

	/** Whether this instance has this mastership, be it from an earlier session. */
	private boolean isMine(long token) {
		Entry master = this.mirror.master();
		return master != null && master.value().equals(this.id) && master.modRevision() == token;
	}

	/**
	 * A transaction on the master key has been answered.
	 * @param instanceId the master if it succeeded, or {@code null} for none; if it did
	 * not, it has read who is
	 */
	private void masterIs(Outcome outcome, @Nullable String instanceId, long leaseId) {
		String key = this.keys.master();
		Entry before = this.mirror.master();
		Entry after = outcome.entries().stream().filter((entry) -> entry.key().equals(key)).findFirst().orElse(null);
		if (outcome.succeeded() && instanceId != null) {
			long created = (before != null) ? before.createRevision() : outcome.revision();
			after = new Entry(key, instanceId, leaseId, created, outcome.revision());
		}
		this.mirror.masterRead(after, outcome.revision());
		show();
	}

	@Override
	public CompletionStage<Void> update(Member self) {
		return onLoop(() -> this.over ? CompletableFuture.failedFuture(ended()) : this.member.change(self));
	}

	private void memberWritten(@Nullable CoordinationException failure) {
		if (failure == null) {
			this.upkeep.calm();
		}
		else {
			afterFailure(failure);
		}
	}

	@Override
	public void renew() {
		onLoop(() -> {
			this.renewal.renewNow();
			return CompletableFuture.completedFuture(null);
		});
	}

	@Override
	public CompletionStage<Void> leave() {
		return onLoop(() -> {
			close();
			return revoke();
		});
	}

	/** The member, the mastership and the offers go with the lease, in one revision. */
	private CompletableFuture<Void> revoke() {
		return (this.leaseId != 0) ? this.gateway.revoke(this.leaseId) : CompletableFuture.completedFuture(null);
	}

	private <T> CompletionStage<T> ask(Supplier<CompletableFuture<T>> request) {
		return onLoop(() -> {
			if (!this.joined || this.over) {
				return CompletableFuture.failedFuture(ended());
			}
			return request.get().whenCompleteAsync((done, failure) -> {
				if (failure != null) {
					afterFailure(Failures.of(failure));
				}
			}, this.loop);
		});
	}

	private <T> CompletionStage<T> onLoop(Supplier<CompletableFuture<T>> request) {
		try {
			return CompletableFuture.supplyAsync(request, this.loop).thenCompose(Function.identity());
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedFuture(ended());
		}
	}

	/** It may have happened nevertheless: look, before anything else is decided. */
	private void afterFailure(CoordinationException failure) {
		if (failure instanceof LeaseGoneException) {
			end(failure);
		}
		else if (this.joined) {
			this.upkeep.readSoon();
		}
	}

	private void show() {
		if (!this.joined || this.over) {
			return;
		}
		ClusterView view = this.mirror.view(this.id, this.leaseId, this.acquired);
		if (!sameBesideRevision(view, this.viewed)) {
			this.viewed = view;
			this.listener.viewed(view);
		}
	}

	private static boolean sameBesideRevision(ClusterView view, @Nullable ClusterView other) {
		return other != null
				&& new ClusterView(other.revision(), view.mastership(), view.members(), view.offered()).equals(other);
	}

	private void end(CoordinationException cause) {
		if (!this.over) {
			close();
			this.listener.ended(cause);
		}
	}

	private void close() {
		this.over = true;
		this.renewal.end();
		this.upkeep.end();
		this.member.end();
		this.offers.end(ended());
	}

	private static CoordinationException ended() {
		return new CoordinationException("the session has ended", null);
	}

	private final class MirrorOutcome implements MirrorUpkeep.Listener {

		@Override
		public void mirrored() {
			EtcdSession.this.joined = true;
			EtcdSession.this.member.check(EtcdSession.this.mirror.member(EtcdSession.this.id) != null);
			EtcdSession.this.offers.collectAnswers();
			show();
		}

		@Override
		public void lost(CoordinationException cause) {
			end(cause);
		}

	}

	private final class RenewalOutcome implements LeaseRenewal.Listener {

		@Override
		public void confirmed(Confirmation confirmation, @Nullable Reading master) {
			// before the first whole read it is not known what else there is
			if (master != null && EtcdSession.this.joined
					&& EtcdSession.this.mirror.masterRead(master.entry(), master.revision())) {
				// the watch should have told
				EtcdSession.this.upkeep.restart();
				show();
			}
			EtcdSession.this.listener.confirmed(confirmation);
		}

		@Override
		public void doubted(CoordinationException cause) {
			EtcdSession.this.listener.doubted(cause);
		}

		@Override
		public void expired(CoordinationException cause) {
			end(cause);
		}

	}

}
