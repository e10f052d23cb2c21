package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.MemberJson;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.coordination.etcd.EtcdGateway.Change;
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

	private static final int MOST_HAND_OVER_ATTEMPTS = 3;

	/**
	 * All keys are read every so many TTLs; the master key is read with every renewal.
	 */
	private static final int REREAD_AFTER = 3;

	private final Duration ttl;

	private final SessionListener listener;

	private final EtcdGateway gateway;

	private final ScheduledExecutorService loop;

	private final ServiceKeys keys;

	private final String id;

	private final ServiceMirror mirror;

	private final LeaseRenewal renewal;

	private final MirrorUpkeep upkeep;

	private final Map<String, Offer> offers = new HashMap<>();

	private Member self;

	private @Nullable Member published;

	private boolean publishing;

	private long leaseId;

	private long acquired;

	private @Nullable ClusterView viewed;

	private boolean over;

	EtcdSession(Member self, Duration ttl, SessionListener listener, EtcdGateway gateway, ScheduledExecutorService loop,
			TimeSource time, RandomGenerator random) {
		this.self = self;
		this.id = self.instanceId();
		this.ttl = ttl;
		this.listener = listener;
		this.gateway = gateway;
		this.loop = loop;
		this.keys = new ServiceKeys(self.environment(), self.service());
		this.mirror = new ServiceMirror(this.keys);
		this.renewal = new LeaseRenewal(gateway, this.keys, loop, time, new RenewalOutcome());
		this.upkeep = new MirrorUpkeep(gateway, this.keys, this.mirror, ttl.multipliedBy(REREAD_AFTER), loop, random,
				this::mirrored);
	}

	/** Grant the lease, register the member, read the service. */
	void open() {
		LeaseRenewal.Attempt attempt = this.renewal.attempt();
		this.gateway.grant(this.ttl.toSeconds()).thenComposeAsync((lease) -> {
			if (this.over) {
				this.gateway.revoke(lease.id());
				throw ended();
			}
			this.leaseId = lease.id();
			this.renewal.begin(lease, attempt);
			return publish();
		}, this.loop).thenComposeAsync((done) -> this.upkeep.begin(), this.loop).whenCompleteAsync((done, failure) -> {
			if (failure != null) {
				end(Failures.of(failure));
			}
		}, this.loop);
	}

	@Override
	public CompletionStage<Void> acquire() {
		return ask(() -> {
			Entry foreign = this.mirror.master();
			long expected = (foreign != null && foreign.leaseId() == 0) ? foreign.modRevision() : 0;
			return this.gateway
				.transact(List.of(new Condition(this.keys.master(), expected)),
						List.of(Operation.put(this.keys.master(), this.id, this.leaseId)),
						List.of(Operation.get(this.keys.master())))
				.thenApplyAsync((outcome) -> acquired(outcome, expected), this.loop);
		});
	}

	private @Nullable Void acquired(Outcome outcome, long expected) {
		if (outcome.succeeded()) {
			this.acquired = outcome.revision();
			masterIs(this.id, this.leaseId, (expected != 0) ? expected : outcome.revision(), outcome.revision());
		}
		else {
			masterRead(outcome);
		}
		return null;
	}

	@Override
	public CompletionStage<Boolean> offer(String instanceId) {
		return ask(() -> {
			Offer offer = new Offer();
			this.offers.put(instanceId, offer);
			Operation put = Operation.put(this.keys.offer(instanceId), this.id, this.leaseId);
			return this.gateway.transact(List.of(), List.of(put), List.of()).thenComposeAsync((outcome) -> {
				offer.revision = outcome.revision();
				collectAnswers();
				return offer.accepted;
			}, this.loop);
		});
	}

	/** An offer that was there and is gone has been accepted. */
	private void collectAnswers() {
		this.offers.forEach((instanceId, offer) -> {
			boolean seen = offer.revision != 0 && this.mirror.revision() >= offer.revision;
			if (seen && this.mirror.offer(instanceId) == null) {
				offer.accepted.complete(true);
			}
		});
		this.offers.values().removeIf((offer) -> offer.accepted.isDone());
	}

	@Override
	public CompletionStage<Void> withdraw(String instanceId) {
		return ask(() -> {
			Offer offer = this.offers.remove(instanceId);
			if (offer == null) {
				return CompletableFuture.completedFuture(null);
			}
			offer.accepted.complete(false);
			return this.gateway.transact(List.of(), List.of(Operation.delete(this.keys.offer(instanceId))), List.of())
				.thenApply((done) -> null);
		});
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
					if (outcome.succeeded()) {
						this.mirror.apply(List.of(new Change(offer.key(), null, outcome.revision())));
						show();
					}
				}, this.loop);
		});
	}

	@Override
	public CompletionStage<Boolean> handOver(long token, String instanceId) {
		return ask(() -> handOver(token, instanceId, MOST_HAND_OVER_ATTEMPTS));
	}

	/**
	 * The member's key carries its lease, and its revision says that it is still the one
	 * that was read; it may change at any time with the member's state.
	 */
	private CompletableFuture<Boolean> handOver(long token, String instanceId, int attempts) {
		Entry successor = this.mirror.member(instanceId);
		if (successor == null || successor.leaseId() == 0 || attempts == 0) {
			return CompletableFuture.completedFuture(false);
		}
		return this.gateway
			.transact(
					List.of(new Condition(this.keys.master(), token),
							new Condition(successor.key(), successor.modRevision())),
					List.of(Operation.put(this.keys.master(), instanceId, successor.leaseId())),
					List.of(Operation.get(this.keys.master()), Operation.getPrefix(successor.key())))
			.thenComposeAsync((outcome) -> {
				if (outcome.succeeded()) {
					masterIs(instanceId, successor.leaseId(), token, outcome.revision());
					return CompletableFuture.completedFuture(true);
				}
				masterRead(outcome);
				Entry master = this.mirror.master();
				if (master == null || master.modRevision() != token) {
					return CompletableFuture.completedFuture(false);
				}
				return this.upkeep.read()
					.thenComposeAsync((done) -> handOver(token, instanceId, attempts - 1), this.loop);
			}, this.loop)
			.exceptionallyCompose((failure) -> (Failures.of(failure) instanceof LeaseGoneException)
					? CompletableFuture.completedFuture(false) : CompletableFuture.failedFuture(failure));
	}

	@Override
	public CompletionStage<Void> release(long token) {
		return ask(() -> this.gateway
			.transact(List.of(new Condition(this.keys.master(), token)), List.of(Operation.delete(this.keys.master())),
					List.of(Operation.get(this.keys.master())))
			.thenAcceptAsync((outcome) -> {
				if (outcome.succeeded()) {
					this.mirror.masterRead(null, outcome.revision());
					show();
				}
				else {
					masterRead(outcome);
				}
			}, this.loop));
	}

	@Override
	public CompletionStage<Void> update(Member self) {
		return CompletableFuture.supplyAsync(() -> {
			this.self = self;
			return publish();
		}, this.loop).thenCompose(Function.identity());
	}

	/**
	 * Write the member; while one write is under way the next waits, and the last wins.
	 */
	private CompletableFuture<Void> publish() {
		if (this.publishing || this.self.equals(this.published)) {
			return CompletableFuture.completedFuture(null);
		}
		this.publishing = true;
		Member member = this.self;
		String key = this.keys.member(this.id);
		return this.gateway
			.transact(List.of(), List.of(Operation.put(key, MemberJson.write(member), this.leaseId)), List.of())
			.handleAsync((outcome, failure) -> {
				this.publishing = false;
				if (failure == null) {
					this.published = member;
					return publish();
				}
				afterFailure(Failures.of(failure));
				return CompletableFuture.<Void>failedFuture(failure);
			}, this.loop)
			.thenCompose(Function.identity());
	}

	@Override
	public void renew() {
		this.loop.execute(this.renewal::renewNow);
	}

	@Override
	public CompletionStage<Void> leave() {
		return CompletableFuture.supplyAsync(() -> {
			close();
			// the member, the mastership and the offers go with the lease, in one
			// revision
			return (this.leaseId != 0) ? this.gateway.revoke(this.leaseId)
					: CompletableFuture.<Void>completedFuture(null);
		}, this.loop).thenCompose(Function.identity());
	}

	private <T> CompletionStage<T> ask(Supplier<CompletableFuture<T>> request) {
		return CompletableFuture
			.supplyAsync(() -> isOpen() ? watched(request.get()) : CompletableFuture.<T>failedFuture(ended()),
					this.loop)
			.thenCompose(Function.identity());
	}

	private boolean isOpen() {
		return this.leaseId != 0 && !this.over;
	}

	private <T> CompletableFuture<T> watched(CompletableFuture<T> request) {
		return request.whenCompleteAsync((done, failure) -> {
			if (failure != null) {
				afterFailure(Failures.of(failure));
			}
		}, this.loop);
	}

	/** It may have happened nevertheless: look, before anything else is decided. */
	private void afterFailure(CoordinationException failure) {
		if (failure instanceof LeaseGoneException) {
			end(failure);
		}
		else if (isOpen()) {
			this.upkeep.readSoon();
		}
	}

	private void masterRead(Outcome outcome) {
		Entry entry = outcome.entries()
			.stream()
			.filter((candidate) -> candidate.key().equals(this.keys.master()))
			.findFirst()
			.orElse(null);
		this.mirror.masterRead(entry, outcome.revision());
		show();
	}

	private void masterIs(String instanceId, long leaseId, long createRevision, long revision) {
		this.mirror.masterRead(new Entry(this.keys.master(), instanceId, leaseId, createRevision, revision), revision);
		show();
	}

	/** The mirror has been brought up to date by a read or by the watch. */
	private void mirrored() {
		if (!isOpen()) {
			return;
		}
		collectAnswers();
		if (this.mirror.member(this.id) == null) {
			this.published = null;
		}
		publish();
		show();
	}

	private void show() {
		if (this.over) {
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
			if (this.leaseId != 0) {
				this.gateway.revoke(this.leaseId);
			}
			this.listener.ended(cause);
		}
	}

	private void close() {
		this.over = true;
		this.renewal.end();
		this.upkeep.end();
		this.offers.values().forEach((offer) -> offer.accepted.completeExceptionally(ended()));
		this.offers.clear();
	}

	private static CoordinationException ended() {
		return new CoordinationException("the session has ended", null);
	}

	/** An offer to another member that has not been answered yet. */
	private static final class Offer {

		private final CompletableFuture<Boolean> accepted = new CompletableFuture<>();

		/** The revision at which it was made, or 0 before that is known. */
		private long revision;

	}

	private final class RenewalOutcome implements LeaseRenewal.Listener {

		@Override
		public void confirmed(Confirmation confirmation, @Nullable Reading master) {
			if (master != null && EtcdSession.this.mirror.masterRead(master.entry(), master.revision())) {
				// the watch should have told
				EtcdSession.this.upkeep.restart();
				show();
			}
			EtcdSession.this.listener.confirmed(confirmation);
		}

		@Override
		public void expired(CoordinationException cause) {
			end(cause);
		}

	}

}
