package io.clustercontroller.history;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Member;
import io.clustercontroller.coordination.Answer;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.RecordListener;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.Records.StoredRecord;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MasterChangedEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;

/**
 * The history as the records of the service, and what this instance knows of it. A master
 * writes its own mastership; every member reads when it has reason to: when it hears of a
 * master, and when it is told that something was written. Nothing is read in between.
 * <p>
 * One thread, {@code cluster-history}, waits for the coordinator and owns everything but
 * the answer. Who publishes an event never waits for it.
 */
final class RecordedHistory implements ClusterHistory, RecordListener, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RecordedHistory.class);

	/**
	 * A change of the mastership is written in two records; one read is for both. And the
	 * first of them is not written in the middle of it.
	 */
	private static final Duration CALM = Duration.ofMillis(200);

	/** By how much the reads of all are spread, for each member of the service. */
	private static final int SPREAD_MILLIS = 2;

	private static final Duration READ_LIMIT = Duration.ofSeconds(2);

	private static final Duration RETRY = Duration.ofSeconds(1);

	/**
	 * How often something is tried before it is left until there is a master again: then
	 * the coordinator answers.
	 */
	private static final int ATTEMPTS = 5;

	/** An instance that changes its role more often forgets what it could not write. */
	private static final int MOST_UNWRITTEN = 3;

	/** What the last mastership may take of the end of the application. */
	private static final Duration LAST_WRITE = Duration.ofMillis(500);

	private final Records records;

	private final ClusterController cluster;

	private final TimeSource time;

	private final LoopThread loop = new LoopThread("cluster-history", true);

	/** Written by the loop only, read by any thread. */
	private volatile List<MastershipEntry> masterships = List.of();

	// the rest belongs to the loop's thread

	private @Nullable OwnMastership present;

	private final Deque<OwnMastership> unwritten = new ArrayDeque<>();

	private boolean writePlanned;

	private boolean readPlanned;

	private Set<String> ignored = Set.of();

	RecordedHistory(Records records, ClusterController cluster, TimeSource time) {
		this.records = records;
		this.cluster = cluster;
		this.time = time;
	}

	@Override
	public List<MastershipEntry> masterships() {
		return this.masterships;
	}

	/** One listener, so that it hears all of them in order. */
	@EventListener({ BecameMasterEvent.class, BecameSlaveEvent.class, MasterChangedEvent.class })
	void heard(Object event) {
		Member self = this.cluster.self();
		execute(() -> {
			if (event instanceof BecameMasterEvent became) {
				this.present = new OwnMastership(new MastershipRecord(became.fencingToken(), self.instanceId(),
						self.container(), became.cause(), became.at(), null, null), this.records, this.time);
			}
			else if (event instanceof MasterChangedEvent changed) {
				changed(changed);
			}
			else if (event instanceof BecameSlaveEvent became) {
				becameSlave(became);
			}
		});
	}

	/** Follows the beginning of a mastership of our own, and tells what was before. */
	private void changed(MasterChangedEvent event) {
		OwnMastership own = present(event.fencingToken());
		if (own != null) {
			own.precededBy(event.withoutMaster());
			owe(own);
		}
		if (event.master().isPresent()) {
			write(ATTEMPTS);
			readSoon(ATTEMPTS);
		}
	}

	private void becameSlave(BecameSlaveEvent event) {
		OwnMastership own = present(event.fencingToken());
		this.present = null;
		if (own != null) {
			own.end(event);
			owe(own);
			// the next master may be made right now, and would wait for this write
			writeAfter(CALM, ATTEMPTS);
		}
		readSoon(ATTEMPTS);
	}

	private @Nullable OwnMastership present(long token) {
		return (this.present != null && this.present.token() == token) ? this.present : null;
	}

	private void owe(OwnMastership own) {
		if (!this.unwritten.contains(own)) {
			this.unwritten.add(own);
		}
		if (this.unwritten.size() > MOST_UNWRITTEN) {
			this.unwritten.remove();
		}
	}

	private void write(int attempts) {
		while (!this.unwritten.isEmpty()) {
			try {
				this.unwritten.element().write();
				this.unwritten.remove();
				readSoon(ATTEMPTS);
			}
			catch (CoordinationException ex) {
				writeLater(attempts - 1, ex);
				return;
			}
		}
	}

	private void writeLater(int attempts, CoordinationException cause) {
		if (attempts == 0) {
			logger.warn("The mastership with token {} is missing in the history, or its end is, for now: {}",
					this.unwritten.element().token(), cause.getMessage());
		}
		else {
			writeAfter(RETRY, attempts);
		}
	}

	private void writeAfter(Duration pause, int attempts) {
		if (!this.writePlanned) {
			this.writePlanned = true;
			later(pause, () -> {
				this.writePlanned = false;
				write(attempts);
			});
		}
	}

	@Override
	public void recordWritten(String name, long version) {
		if (name.startsWith(MastershipRecord.PREFIX)) {
			execute(() -> readSoon(ATTEMPTS));
		}
	}

	/** All members of a service read it; a thousand do not do so at once. */
	private void readSoon(int attempts) {
		if (!this.readPlanned) {
			int spread = this.cluster.members().size() * SPREAD_MILLIS;
			readAfter(CALM.plusMillis(ThreadLocalRandom.current().nextInt(spread + 1)), attempts);
		}
	}

	private void readAfter(Duration pause, int attempts) {
		this.readPlanned = true;
		later(pause, () -> {
			this.readPlanned = false;
			read(attempts);
		});
	}

	private void read(int attempts) {
		try {
			List<StoredRecord> stored = Answer.await(() -> this.records.list(MastershipRecord.PREFIX), deadline(),
					this.time);
			learn(stored);
			if (this.cluster.isMaster()) {
				prune(stored);
			}
		}
		catch (CoordinationException ex) {
			logger.debug("The history is not known, or not shortened", ex);
			if (attempts > 1) {
				readAfter(RETRY, attempts - 1);
			}
		}
	}

	private void learn(List<StoredRecord> stored) {
		List<MastershipRecord> known = new ArrayList<>();
		Set<String> broken = new HashSet<>();
		for (StoredRecord record : stored) {
			try {
				known.add(MastershipRecordJson.read(record));
			}
			catch (IllegalArgumentException ex) {
				broken.add(record.name());
				if (!this.ignored.contains(record.name())) {
					logger.warn("The history ignores the record '{}': {}", record.name(), ex.getMessage());
				}
			}
		}
		this.ignored = broken;
		this.masterships = Timeline.of(known).stream().limit(LENGTH).toList();
	}

	/** What has no token for its name is not ours to delete. */
	private void prune(List<StoredRecord> stored) {
		List<StoredRecord> masterships = stored.stream()
			.filter((record) -> MastershipRecord.token(record.name()).isPresent())
			.toList();
		for (StoredRecord old : masterships.subList(0, Math.max(0, masterships.size() - LENGTH))) {
			Answer.await(() -> this.records.delete(old.name(), old.version()), deadline(), this.time);
		}
	}

	private long deadline() {
		return this.time.nanoTime() + READ_LIMIT.toNanos();
	}

	private void execute(Runnable task) {
		later(Duration.ZERO, task);
	}

	private void later(Duration pause, Runnable task) {
		try {
			this.loop.schedule(task, pause.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// the application is about to end
		}
	}

	/**
	 * End, after what has been heard by now is written, if the coordinator still answers.
	 */
	@Override
	public void close() {
		try {
			this.loop.submit(() -> write(1)).get(LAST_WRITE.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException | RejectedExecutionException ex) {
			logger.debug("The end of the mastership may be missing in the history", ex);
		}
		this.loop.shutdownNow();
	}

}
