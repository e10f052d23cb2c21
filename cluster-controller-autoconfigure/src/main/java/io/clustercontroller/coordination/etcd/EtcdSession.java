package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.LockHolder;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.coordination.etcd.EtcdGateway.Condition;
import io.clustercontroller.coordination.etcd.EtcdGateway.Entry;
import io.clustercontroller.coordination.etcd.EtcdGateway.Lease;
import io.clustercontroller.coordination.etcd.EtcdGateway.LeaseGoneException;
import io.clustercontroller.coordination.etcd.EtcdGateway.Operation;
import io.clustercontroller.coordination.etcd.EtcdGateway.Reading;
import io.clustercontroller.coordination.etcd.EtcdHistory.DataLostException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lease in etcd and what hangs on it. Everything here happens on the loop's one
 * thread.
 */
final class EtcdSession implements Session {

	private static final Logger logger = LoggerFactory.getLogger(EtcdSession.class);

	/** The first call of a process is slow; a second lease for that is no great loss. */
	private static final Duration GRANT_PATIENCE = Duration.ofSeconds(1);

	private static final long UNKNOWN = -1;

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

	private final MasterKey master;

	private final EtcdOffers offers;

	private final EtcdLocks locks;

	private final LockDelay delay;

	private long leaseId;

	private boolean joined;

	private @Nullable ClusterView viewed;

	/** What of the mirror was shown last. */
	private long shownChanges = UNKNOWN;

	private @Nullable Entry shownOffer;

	private @Nullable ScheduledFuture<?> endOfDelay;

	private boolean showing;

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
		this.renewal = new LeaseRenewal(gateway, this.keys, history, this.mirror::knownRevision, loop, time,
				new RenewalOutcome());
		this.upkeep = new MirrorUpkeep(gateway, this.keys, this.mirror, history, ttl, loop, random,
				new MirrorOutcome());
		this.member = new MemberKey(gateway, this.keys.member(this.id), self, hedgePatience(ttl), loop,
				this::memberWritten);
		this.master = new MasterKey(gateway, this.keys, this.mirror, this.id, time, loop, this.upkeep::read,
				this::show);
		this.offers = new EtcdOffers(gateway, this.keys, this.mirror, loop);
		this.locks = new EtcdLocks(gateway, this.keys, this.id, loop);
		this.delay = new LockDelay(this.mirror, time);
	}

	/** After this a request is sent once more: 400 ms of 10 s. */
	static Duration hedgePatience(Duration ttl) {
		return ttl.dividedBy(25);
	}

	/** Grant the lease, register the member, read the service. */
	void open() {
		if (this.gateway.mayEndLiveLeases()) {
			this.gateway.checkVersions(() -> this.loop.execute(this::show));
		}
		LeaseRenewal.Attempt attempt = this.renewal.attempt();
		Hedged.send(() -> this.gateway.grant(this.ttl.toSeconds()), GRANT_PATIENCE, this.loop, this::giveBack)
			.thenComposeAsync((lease) -> {
				this.leaseId = lease.id();
				if (this.over) {
					throw ended();
				}
				this.delay.begin(lease);
				this.renewal.begin(lease, attempt);
				return this.member.begin(lease.id());
			}, this.loop)
			.thenComposeAsync((done) -> this.upkeep.begin(), this.loop)
			.whenCompleteAsync((done, failure) -> {
				if (failure != null) {
					// it was never seen, so it takes the mastership from nobody
					revoke();
					end(Failures.of(failure));
				}
			}, this.loop);
	}

	/** Two members of etcd have granted a lease; one is enough. */
	private void giveBack(Lease lease) {
		this.gateway.revoke(lease.id());
	}

	@Override
	public CompletionStage<Void> acquire() {
		return ask(() -> this.history.isDistrusted() ? CompletableFuture.completedFuture(null)
				: this.master.acquire(this.leaseId));
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
		return ask(() -> this.master.handOver(token, instanceId));
	}

	@Override
	public CompletionStage<Void> release(long token) {
		return ask(() -> this.master.release(token));
	}

	@Override
	public CompletionStage<LockHolder> lock(String name) {
		return ask(() -> this.history.isDistrusted()
				? CompletableFuture.failedFuture(new CoordinationException("etcd has lost data: no locks yet", null))
				: this.locks.lock(name, this.leaseId));
	}

	@Override
	public CompletionStage<Void> unlock(String name) {
		return ask(() -> this.locks.unlock(name, this.leaseId));
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
		if (failure instanceof LeaseGoneException || failure instanceof DataLostException) {
			end(failure);
		}
		else if (this.joined) {
			this.upkeep.readSoon();
		}
	}

	/**
	 * Show one view for all that has arrived by now, and none where only records, or
	 * offers to others, have changed: each takes time in proportion to the members, and a
	 * thousand that start make thousands of changes.
	 */
	private void showSoon() {
		boolean news = this.mirror.changes() != this.shownChanges || this.mirror.offer(this.id) != this.shownOffer;
		if (news && !this.showing) {
			this.showing = true;
			this.loop.execute(() -> {
				this.showing = false;
				show();
			});
		}
	}

	private void show() {
		if (!this.joined || this.over) {
			return;
		}
		this.shownChanges = this.mirror.changes();
		this.shownOffer = this.mirror.offer(this.id);
		long wait = this.delay.remaining();
		boolean waiting = wait > 0 && this.gateway.mayEndLiveLeases();
		if (waiting) {
			// what ends the wait may be no change
			this.shownChanges = UNKNOWN;
			showIn(wait);
			if (this.mirror.lastMaster() == null) {
				return;
			}
		}
		long acquired = this.master.acquired();
		ClusterView view = waiting ? this.mirror.viewWithLastMaster(this.id, this.leaseId, acquired)
				: this.mirror.view(this.id, this.leaseId, acquired);
		if (this.viewed == null || !view.saysTheSameAs(this.viewed)) {
			this.viewed = view;
			this.listener.viewed(view);
		}
	}

	/** Until then the last master is shown, which may be alive and act as one. */
	private void showIn(long nanos) {
		if (this.endOfDelay != null && !this.endOfDelay.isDone()) {
			this.endOfDelay.cancel(false);
		}
		else if (this.viewed != null) {
			logger.info(
					"The lease of the master of '{}' has ended, and this etcd may have ended it too early: "
							+ "nobody takes its place for {} ms",
					this.keys.prefix(), TimeUnit.NANOSECONDS.toMillis(nanos));
		}
		this.endOfDelay = this.loop.schedule(this::show, nanos, TimeUnit.NANOSECONDS);
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
		if (this.endOfDelay != null) {
			this.endOfDelay.cancel(false);
		}
	}

	private static CoordinationException ended() {
		return new CoordinationException("the session has ended", null);
	}

	private final class MirrorOutcome implements MirrorUpkeep.Listener {

		@Override
		public void mirrored() {
			EtcdSession.this.joined = true;
			EtcdSession.this.member.check(EtcdSession.this.mirror.member(EtcdSession.this.id));
			EtcdSession.this.offers.collectAnswers();
			showSoon();
		}

		@Override
		public void watching() {
			EtcdSession.this.listener.watching();
		}

		@Override
		public void recordWritten(String name, long version) {
			if (!EtcdSession.this.over) {
				EtcdSession.this.listener.recordWritten(name, version);
			}
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
		public void missed() {
			EtcdSession.this.listener.missed();
		}

		@Override
		public void expired(CoordinationException cause) {
			end(cause);
		}

	}

}
