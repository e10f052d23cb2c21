package io.clustercontroller.filelock;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.clustercontroller.coordination.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody waits for a lock: says on the log for what, and for how long still. Used by
 * the thread of the lock, apart from its {@link #end()}.
 */
final class LockWait {

	private static final Logger logger = LoggerFactory.getLogger(LockWait.class);

	private static final Duration PROGRESS = Duration.ofSeconds(5);

	private final LockedFolder folder;

	private final Duration limit;

	private final TimeSource time;

	private final long begun;

	private final CompletableFuture<Void> end = new CompletableFuture<>();

	private volatile String obstacle = "no answer yet";

	private long nextLog;

	LockWait(LockedFolder folder, Duration limit, TimeSource time) {
		this.folder = folder;
		this.limit = limit;
		this.time = time;
		this.begun = time.nanoTime();
		this.nextLog = this.begun;
	}

	/** Done when the lock is there; whoever waits may end it earlier. */
	CompletableFuture<Void> end() {
		return this.end;
	}

	/** What was in the way last. */
	String obstacle() {
		return this.obstacle;
	}

	/**
	 * There was an attempt.
	 * @return whether the wait is over
	 */
	boolean isOver(boolean held, String obstacle) {
		if (held) {
			this.end.complete(null);
		}
		this.obstacle = obstacle;
		long now = this.time.nanoTime();
		if (!this.end.isDone() && now - this.nextLog >= 0) {
			this.nextLog = now + PROGRESS.toNanos();
			Duration elapsed = Duration.ofNanos(now - this.begun);
			logger.info("Waiting for the lock of '{}': {}; {} s so far, {} s more at most", this.folder.path(),
					obstacle, elapsed.toSeconds(), Math.max(0, this.limit.minus(elapsed).plusMillis(999).toSeconds()));
		}
		return this.end.isDone();
	}

}
