package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import io.clustercontroller.coordination.etcd.EtcdGateway.Change;
import io.clustercontroller.coordination.etcd.EtcdGateway.Operation;
import io.clustercontroller.coordination.etcd.EtcdGateway.WatchListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a mirror true: one watch, begun anew after a fresh read whenever it ends for
 * whatever reason, and a rare read in case it is silent. Used on the loop's thread only.
 */
final class MirrorUpkeep {

	private static final Logger logger = LoggerFactory.getLogger(MirrorUpkeep.class);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	private final EtcdGateway gateway;

	private final ServiceKeys keys;

	private final ServiceMirror mirror;

	private final Duration rereadPeriod;

	private final ScheduledExecutorService loop;

	private final RandomGenerator random;

	private final Runnable changed;

	private Runnable stopWatch = () -> {
	};

	/** Tells the present watch from earlier ones, which may still speak. */
	private int watch;

	private Duration pause = FIRST_PAUSE;

	private @Nullable ScheduledFuture<?> reread;

	private boolean restarting;

	private boolean readingSoon;

	private boolean over;

	/**
	 * @param rereadPeriod how often all keys are read in case the watch is silent, on
	 * average
	 * @param changed called after the mirror was brought up to date
	 */
	MirrorUpkeep(EtcdGateway gateway, ServiceKeys keys, ServiceMirror mirror, Duration rereadPeriod,
			ScheduledExecutorService loop, RandomGenerator random, Runnable changed) {
		this.gateway = gateway;
		this.keys = keys;
		this.mirror = mirror;
		this.rereadPeriod = rereadPeriod;
		this.loop = loop;
		this.random = random;
		this.changed = changed;
	}

	/** Read everything, and watch from there. */
	CompletableFuture<Void> begin() {
		rereadLater();
		return read().thenRunAsync(this::watch, this.loop);
	}

	/** Bring the mirror up to date by a read. */
	CompletableFuture<Void> read() {
		return readAll().thenAccept((news) -> {
		});
	}

	/** As soon as possible, however often it is asked for. */
	void readSoon() {
		if (!this.readingSoon && !this.over) {
			this.readingSoon = true;
			this.loop.schedule(() -> {
				this.readingSoon = false;
				if (!this.over) {
					readAll();
				}
			}, jittered(FIRST_PAUSE), TimeUnit.MILLISECONDS);
		}
	}

	/** End the watch and begin another one. */
	void restart() {
		if (this.restarting || this.over) {
			return;
		}
		this.restarting = true;
		this.watch++;
		this.stopWatch.run();
		this.loop.schedule(() -> readAll().whenCompleteAsync((news, failure) -> {
			this.restarting = false;
			if (failure != null) {
				restart();
			}
			else {
				watch();
			}
		}, this.loop), jittered(this.pause), TimeUnit.MILLISECONDS);
		Duration doubled = this.pause.multipliedBy(2);
		this.pause = (doubled.compareTo(LONGEST_PAUSE) < 0) ? doubled : LONGEST_PAUSE;
	}

	void end() {
		this.over = true;
		if (this.reread != null) {
			this.reread.cancel(false);
		}
		this.watch++;
		this.stopWatch.run();
	}

	private CompletableFuture<Boolean> readAll() {
		List<Operation> reads = List.of(Operation.get(this.keys.master()), Operation.getPrefix(this.keys.members()),
				Operation.getPrefix(this.keys.offers()));
		return this.gateway.transact(List.of(), reads, List.of()).thenApplyAsync((outcome) -> {
			boolean news = this.mirror.reset(outcome.revision(), outcome.entries());
			this.changed.run();
			return news;
		}, this.loop);
	}

	private void rereadLater() {
		this.reread = this.loop.schedule(() -> {
			readAll().thenAcceptAsync((news) -> {
				if (news) {
					// the watch should have told
					restart();
				}
			}, this.loop);
			rereadLater();
		}, jittered(this.rereadPeriod.multipliedBy(4).dividedBy(3)), TimeUnit.MILLISECONDS);
	}

	private void watch() {
		if (!this.over) {
			this.watch++;
			this.stopWatch = this.gateway.watch(this.keys.prefix(), this.mirror.revision() + 1,
					new Watcher(this.watch));
		}
	}

	/** Between half of it and all of it. */
	private long jittered(Duration duration) {
		return (long) (duration.toMillis() * (0.5 + this.random.nextDouble() / 2));
	}

	private final class Watcher implements WatchListener {

		private final int number;

		Watcher(int number) {
			this.number = number;
		}

		@Override
		public void changed(List<Change> changes) {
			relay(() -> {
				MirrorUpkeep.this.pause = FIRST_PAUSE;
				MirrorUpkeep.this.mirror.apply(changes);
				MirrorUpkeep.this.changed.run();
			});
		}

		@Override
		public void broken(String reason) {
			relay(() -> {
				logger.debug("Watching {} again: {}", MirrorUpkeep.this.keys.prefix(), reason);
				restart();
			});
		}

		private void relay(Runnable message) {
			MirrorUpkeep.this.loop.execute(() -> {
				if (this.number == MirrorUpkeep.this.watch) {
					message.run();
				}
			});
		}

	}

}
