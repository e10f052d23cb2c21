package io.clustercontroller.filelock;

import java.time.Instant;

import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.ClusterEvents;
import io.clustercontroller.event.FilesystemLockAcquiredEvent;
import io.clustercontroller.event.FilesystemLockLostEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what becomes of the lock of a folder: on the log and by events.
 */
final class LockNews {

	private static final Logger logger = LoggerFactory.getLogger(LockNews.class);

	private final LockedFolder folder;

	private final ClusterEvents events;

	private final TimeSource time;

	LockNews(LockedFolder folder, ClusterEvents events, TimeSource time) {
		this.folder = folder;
		this.events = events;
		this.time = time;
	}

	void acquired(long token) {
		logger.info("Holding the lock of '{}', token {}", this.folder.path(), token);
		this.events.publish(new FilesystemLockAcquiredEvent(this.folder.path(), token, now()));
	}

	void lost(long token, String reason) {
		logger.warn("Lost the lock of '{}', token {}: {}; trying to get it back", this.folder.path(), token, reason);
		this.events.publish(new FilesystemLockLostEvent(this.folder.path(), token, now()));
	}

	void released() {
		logger.info("Released the lock of '{}'", this.folder.path());
	}

	private Instant now() {
		return Instant.ofEpochMilli(this.time.wallMillis());
	}

}
