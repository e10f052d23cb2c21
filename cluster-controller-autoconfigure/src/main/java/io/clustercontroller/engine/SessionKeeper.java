package io.clustercontroller.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.Backoff;
import io.clustercontroller.coordination.ClusterObserver;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this instance in its service: opens a session, and another one whenever it has
 * ended, for ever, with growing and jittered pauses. Used on the engine thread only; what
 * a session says is brought there, and what an earlier session still says is dropped.
 */
final class SessionKeeper {

	private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

	/**
	 * While the coordinator does not let this instance in. Long enough to spare a cluster
	 * that is starting, short beside the start timeout.
	 */
	private static final Duration LONGEST_PAUSE_OUTSIDE = Duration.ofSeconds(3);

	private final Coordinator coordinator;

	private final Duration ttl;

	private final Supplier<Member> self;

	private final SessionListener owner;

	private final ClusterObserver observer;

	private final ScheduledExecutorService loop;

	private final Backoff outside;

	/**
	 * Up to a TTL. Where sessions end before their first renewal the coordinator has too
	 * much to do. Each that begins or ends is told to all members: coming back soon would
	 * keep the others from renewing theirs.
	 */
	private final Backoff shortLived;

	private @Nullable Link link;

	private long opened;

	private boolean left;

	SessionKeeper(Coordinator coordinator, Duration ttl, Supplier<Member> self, SessionListener owner,
			ClusterObserver observer, ScheduledExecutorService loop, RandomGenerator random) {
		this.coordinator = coordinator;
		this.ttl = ttl;
		this.self = self;
		this.owner = owner;
		this.observer = observer;
		this.loop = loop;
		this.outside = new Backoff(FIRST_PAUSE, LONGEST_PAUSE_OUTSIDE, random);
		this.shortLived = new Backoff(FIRST_PAUSE, ttl, random);
	}

	void open() {
		if (!this.left) {
			Link link = new Link();
			this.link = link;
			this.opened++;
			try {
				link.session = this.coordinator.join(this.self.get(), this.ttl, link);
			}
			catch (RuntimeException ex) {
				link.ended(new CoordinationException("the coordinator has thrown " + ex, ex));
			}
		}
	}

	/** The number of the session that was opened last; none is used twice. */
	long number() {
		return this.opened;
	}

	/** The present session, or {@code null} while there is none. */
	@Nullable Session session() {
		return (this.link != null) ? this.link.session : null;
	}

	/** Leave the service for good. */
	CompletionStage<Void> leave() {
		this.left = true;
		Session session = session();
		this.link = null;
		return (session != null) ? session.leave() : CompletableFuture.completedStage(null);
	}

	private void openLater(Backoff backoff) {
		this.loop.schedule(this::open, backoff.next().toMillis(), TimeUnit.MILLISECONDS);
	}

	/** The line to one session. */
	private final class Link implements SessionListener {

		private volatile @Nullable Session session;

		private boolean begun;

		/** Whether the session was renewed, or needs no renewal. */
		private boolean lasting;

		/** What was viewed last, as long as it has not been told. */
		private final AtomicReference<@Nullable ClusterView> untold = new AtomicReference<>();

		@Override
		public void confirmed(Confirmation confirmation) {
			relay(() -> {
				if (this.begun || confirmation.isUnlimited()) {
					this.lasting = true;
					SessionKeeper.this.outside.reset();
					SessionKeeper.this.shortLived.reset();
				}
				this.begun = true;
				SessionKeeper.this.owner.confirmed(confirmation);
			});
			SessionKeeper.this.observer.confirmed(confirmation);
		}

		@Override
		public void doubted(CoordinationException cause) {
			relay(() -> SessionKeeper.this.owner.doubted(cause));
		}

		@Override
		public void viewed(ClusterView view) {
			if (this.untold.getAndSet(view) == null) {
				relay(() -> SessionKeeper.this.owner.viewed(Objects.requireNonNull(this.untold.getAndSet(null))));
			}
		}

		@Override
		public void ended(CoordinationException cause) {
			relay(() -> {
				SessionKeeper.this.link = null;
				SessionKeeper.this.owner.ended(cause);
				boolean young = this.begun && !this.lasting;
				openLater(young ? SessionKeeper.this.shortLived : SessionKeeper.this.outside);
			});
		}

		@Override
		public void missed() {
			SessionKeeper.this.observer.missed();
		}

		@Override
		public void watching() {
			SessionKeeper.this.observer.watching();
		}

		/** Not an affair of the engine, whose thread is left alone. */
		@Override
		public void recordWritten(String name, long version) {
			SessionKeeper.this.owner.recordWritten(name, version);
		}

		private void relay(Runnable message) {
			try {
				SessionKeeper.this.loop.execute(() -> {
					if (SessionKeeper.this.link == this) {
						message.run();
					}
				});
			}
			catch (RejectedExecutionException ex) {
				leave();
			}
		}

		/**
		 * The engine has ended without leaving; nobody else would ever end the session.
		 */
		private void leave() {
			Session session = this.session;
			if (session != null) {
				session.leave();
			}
		}

	}

}
