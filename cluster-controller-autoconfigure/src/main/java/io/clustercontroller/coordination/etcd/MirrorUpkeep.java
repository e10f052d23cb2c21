package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import io.clustercontroller.coordination.Backoff;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.etcd.EtcdGateway.Change;
import io.clustercontroller.coordination.etcd.EtcdGateway.Operation;
import io.clustercontroller.coordination.etcd.EtcdGateway.WatchListener;
import io.clustercontroller.coordination.etcd.EtcdHistory.DataLostException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a mirror true: one watch, begun anew after a fresh read whenever it ends for
 * whatever reason, and a rare read in case it is silent. There is one read planned at any
 * time, the next one. Used on the loop's thread only.
 */
final class MirrorUpkeep {

	private static final Logger logger = LoggerFactory.getLogger(MirrorUpkeep.class);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	/**
	 * All keys are read after half to all of so many TTLs; the master key is read with
	 * every renewal.
	 */
	private static final int READ_AFTER_TTLS = 4;

	private final EtcdGateway gateway;

	private final ServiceKeys keys;

	private final ServiceMirror mirror;

	private final EtcdHistory history;

	private final Duration ttl;

	private final ScheduledExecutorService loop;

	private final RandomGenerator random;

	private final Backoff backoff;

	private final Listener listener;

	private Runnable stopWatch = () -> {
	};

	/** Tells the present watch from earlier ones, which may still speak. */
	private int watch;

	private @Nullable ScheduledFuture<?> nextRead;

	/** Whether the next read was asked for, and need not wait for its turn. */
	private boolean urgent;

	private boolean rewatch;

	private boolean over;

	MirrorUpkeep(EtcdGateway gateway, ServiceKeys keys, ServiceMirror mirror, EtcdHistory history, Duration ttl,
			ScheduledExecutorService loop, RandomGenerator random, Listener listener) {
		this.gateway = gateway;
		this.keys = keys;
		this.mirror = mirror;
		this.history = history;
		this.ttl = ttl;
		this.loop = loop;
		this.random = random;
		this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
		this.listener = listener;
	}

	/** Read everything, and watch from there. */
	CompletableFuture<Void> begin() {
		return read().thenAcceptAsync((news) -> {
			watch();
			if (!this.urgent) {
				planRead();
			}
		}, this.loop);
	}

	/**
	 * Bring the mirror up to date now.
	 * @return whether there was anything new
	 */
	CompletableFuture<Boolean> read() {
		long known = Math.max(this.history.revision(), this.mirror.knownRevision());
		List<Operation> reads = List.of(Operation.get(this.keys.master()), Operation.getPrefix(this.keys.members()),
				Operation.getPrefix(this.keys.offers()), Operation.get(this.keys.pause()));
		return Hedged
			.send(() -> this.gateway.transact(List.of(), reads, List.of()), EtcdSession.hedgePatience(this.ttl),
					this.loop)
			.thenApplyAsync((outcome) -> {
				if (this.over) {
					return false;
				}
				this.history.check(outcome.revision(), known, this.ttl);
				boolean news = this.mirror.reset(outcome.revision(), outcome.entries());
				this.listener.mirrored();
				return news;
			}, this.loop);
	}

	/** Read everything soon; the sooner the longer nothing was wrong. */
	void readSoon() {
		if (!this.urgent && !this.over) {
			this.urgent = true;
			plan(this.backoff.next());
		}
	}

	/** End the watch, and begin another one after a fresh read. */
	void restart() {
		this.rewatch = true;
		unwatch();
		readSoon();
	}

	/** Something has succeeded; the next trouble is a new one. */
	void calm() {
		this.backoff.reset();
	}

	void end() {
		this.over = true;
		unwatch();
		if (this.nextRead != null) {
			this.nextRead.cancel(false);
		}
	}

	private void planRead() {
		plan(Backoff.jittered(this.ttl.multipliedBy(READ_AFTER_TTLS), this.random));
	}

	private void plan(Duration delay) {
		if (this.nextRead != null) {
			this.nextRead.cancel(false);
		}
		if (!this.over) {
			this.nextRead = this.loop.schedule(this::readByPlan, delay.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private void readByPlan() {
		boolean asked = this.urgent;
		// what is asked for from now on is not answered by this read
		this.urgent = false;
		read().whenCompleteAsync((news, failure) -> {
			if (failure == null) {
				// what a planned read finds, the watch should have told
				if (this.rewatch || (news && !asked)) {
					watch();
				}
				if (!asked && !news) {
					calm();
				}
				if (!this.urgent) {
					planRead();
				}
			}
			else if (Failures.of(failure) instanceof DataLostException lost) {
				this.listener.lost(lost);
			}
			else {
				readSoon();
			}
		}, this.loop);
	}

	private void watch() {
		unwatch();
		if (!this.over) {
			this.rewatch = false;
			this.stopWatch = this.gateway.watch(this.keys.prefix(), this.mirror.revision() + 1,
					new Watcher(this.watch));
			this.listener.watching();
		}
	}

	private void hint(Change change) {
		String name = change.key().substring(this.keys.prefix().length());
		if (change.entry() != null && EtcdRecords.isName(name)) {
			this.listener.recordWritten(name, change.revision());
		}
	}

	private void unwatch() {
		this.watch++;
		this.stopWatch.run();
		this.stopWatch = () -> {
		};
	}

	/** Told on the loop's thread. */
	interface Listener {

		/** The mirror has been brought up to date, by a read or by the watch. */
		void mirrored();

		/** There is a new watch. */
		void watching();

		/** The watch tells of a record. */
		void recordWritten(String name, long version);

		/** The mirror cannot be brought up to date any more. */
		void lost(CoordinationException cause);

	}

	private final class Watcher implements WatchListener {

		private final int number;

		Watcher(int number) {
			this.number = number;
		}

		@Override
		public void changed(List<Change> changes) {
			relay((upkeep) -> {
				upkeep.calm();
				upkeep.mirror.apply(changes);
				upkeep.history.saw(upkeep.mirror.revision());
				upkeep.listener.mirrored();
				changes.forEach(upkeep::hint);
			});
		}

		@Override
		public void broken(String reason) {
			relay((upkeep) -> {
				logger.debug("Watching {} again: {}", upkeep.keys.prefix(), reason);
				upkeep.restart();
			});
		}

		private void relay(Consumer<MirrorUpkeep> message) {
			MirrorUpkeep.this.loop.execute(() -> {
				if (this.number == MirrorUpkeep.this.watch) {
					message.accept(MirrorUpkeep.this);
				}
			});
		}

	}

}
