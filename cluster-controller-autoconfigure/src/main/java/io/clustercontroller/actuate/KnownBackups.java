package io.clustercontroller.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.clustercontroller.backup.Backup;
import io.clustercontroller.backup.BackupCatalog;
import io.clustercontroller.backup.BackupException;
import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.BackupCompletedEvent;
import io.clustercontroller.event.BackupFailedEvent;
import io.clustercontroller.event.BecameMasterEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;

/**
 * What backups there are, without a look at the disk: the volume may hang. A thread of
 * its own reads the catalogue when somebody asks and what is known has become old, when a
 * backup has been taken, and on a new master. What it finds is for the next who asks.
 */
final class KnownBackups implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(KnownBackups.class);

	/** Other instances take backups, too, and what exists may be dropped. */
	private static final Duration OLD = Duration.ofSeconds(30);

	private final BackupCatalog catalog;

	private final TimeSource time;

	private final LoopThread thread = new LoopThread("cluster-known-backups", true);

	private final AtomicBoolean asked = new AtomicBoolean();

	private final List<Consumer<Set<String>>> followers = new CopyOnWriteArrayList<>();

	private final Map<String, BackupFailedEvent> failures = new ConcurrentHashMap<>();

	/** Written by the thread only. */
	private volatile Reading last = Reading.NONE;

	KnownBackups(BackupCatalog catalog, TimeSource time) {
		this.catalog = catalog;
		this.time = time;
	}

	/** What was read last. Never blocks. */
	Reading reading() {
		Reading last = this.last;
		if (last.at() == null || this.time.nanoTime() - last.nanoTime() > OLD.toNanos()) {
			read();
		}
		return last;
	}

	/**
	 * Tell the names of which there are backups, after each reading and on the thread
	 * that reads. The first reading begins now.
	 */
	void follow(Consumer<Set<String>> follower) {
		this.followers.add(follower);
		read();
	}

	/** The last failure of each name, on this instance and not followed by a success. */
	Map<String, BackupFailedEvent> failures() {
		return this.failures;
	}

	@EventListener
	void completed(BackupCompletedEvent event) {
		this.failures.remove(event.name());
		read();
	}

	@EventListener
	void failed(BackupFailedEvent event) {
		this.failures.put(event.name(), event);
	}

	/** The one before may have taken backups that nobody tells of any more. */
	@EventListener(BecameMasterEvent.class)
	void becameMaster() {
		read();
	}

	/** Once for all that ask until it begins: on a volume that hangs nothing piles up. */
	private void read() {
		if (this.asked.compareAndSet(false, true)) {
			try {
				this.thread.execute(this::readNow);
			}
			catch (RejectedExecutionException ex) {
				// the application is about to end
			}
		}
	}

	private void readNow() {
		// what comes from here on may be missed
		this.asked.set(false);
		long nanoTime = this.time.nanoTime();
		Instant at = Instant.ofEpochMilli(this.time.wallMillis());
		try {
			Map<String, List<Backup>> backups = new TreeMap<>();
			for (String name : this.catalog.names()) {
				backups.put(name, this.catalog.list(name));
			}
			this.last = new Reading(at, nanoTime, backups);
			this.followers.forEach((follower) -> follower.accept(backups.keySet()));
		}
		catch (BackupException ex) {
			logger.debug("What backups there are cannot be read", ex);
		}
	}

	@Override
	public void close() {
		this.thread.shutdownNow();
	}

	/**
	 * What was on the disk.
	 *
	 * @param at when, or {@code null} if it has not been read yet
	 * @param backups the good ones by name, the newest first
	 */
	record Reading(@Nullable Instant at, long nanoTime, Map<String, List<Backup>> backups) {

		static final Reading NONE = new Reading(null, 0, Map.of());

		List<Backup> of(String name) {
			return this.backups.getOrDefault(name, List.of());
		}

		/** As {@link BackupCatalog#newest}. */
		Optional<Backup> newest(String name) {
			return of(name).stream().filter(Backup::latest).findFirst();
		}

	}

}
