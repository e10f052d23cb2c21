package io.clustercontroller.filelock;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NotDirectoryException;
import java.time.Duration;

import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.Deadline;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock is decided by files in the folder; see the description of the package.
 */
final class FileArbiter implements Arbiter {

	private static final Logger logger = LoggerFactory.getLogger(FileArbiter.class);

	/** Each attempt is spoiled only by somebody else's success. */
	private static final int ATTEMPTS = 3;

	private final LockDirectory directory;

	private final LockedFolder folder;

	private final String owner;

	private final Duration limit;

	private final Duration margin;

	private final TimeSource time;

	private @Nullable Seen seen;

	/**
	 * @param owner who this is; used by nobody else, ever
	 * @param limit how long this one may be silent
	 * @param margin how long before that it stops to call the lock its own
	 */
	FileArbiter(LockedFolder folder, String owner, Duration limit, Duration margin, TimeSource time) {
		this.folder = folder;
		this.directory = new LockDirectory(folder.path());
		this.owner = owner;
		this.limit = limit;
		this.margin = margin;
		this.time = time;
	}

	/** A file system answers when it does. */
	@Override
	public Attempt take(Duration patience) {
		try {
			for (int i = 0; i < ATTEMPTS; i++) {
				Attempt attempt = tryOnce();
				if (attempt != null) {
					return attempt;
				}
			}
			return Attempt.lost("somebody who took it just now");
		}
		catch (IOException ex) {
			throw failure(ex);
		}
	}

	/** The answer, or {@code null} if the state has changed meanwhile. */
	private @Nullable Attempt tryOnce() throws IOException {
		LockEntry present = this.directory.read().orElse(null);
		if (present == null) {
			this.directory.create(LockEntry.first(this.time.wallMillis()));
			return null;
		}
		boolean own = present.owner().equals(this.owner);
		if (!own && !present.isFree() && !isStale(present)) {
			return Attempt.lost("'" + present.owner() + "' with token " + present.generation());
		}
		LockEntry next = own ? present.next() : present.takenBy(this.owner, this.limit);
		// what others see from now on counts from now on at the earliest
		Confirmation confirmation = new Confirmation(this.time.nanoTime(), this.time.wallMillis(), this.limit);
		if (!this.directory.replace(present, next)) {
			return null;
		}
		if (!own) {
			this.directory.sync();
			this.directory.sweep();
		}
		return Attempt.won(new FileClaim(next.generation(), Deadline.of(confirmation, this.margin), this.time));
	}

	/** Whether the very same entry has been there for as long as its owner has set. */
	private boolean isStale(LockEntry entry) {
		long now = this.time.nanoTime();
		if (this.seen == null || !this.seen.entry().equals(entry)) {
			this.seen = new Seen(entry, now);
		}
		return now - this.seen.since() >= entry.limit().toNanos();
	}

	/** Where it fails the entry grows old, and others take it after its limit. */
	@Override
	public void giveUp() {
		try {
			LockEntry present = this.directory.read().orElse(null);
			if (present != null && present.owner().equals(this.owner)) {
				this.directory.replace(present, present.released());
			}
		}
		catch (IOException ex) {
			logger.debug("The lock of '{}' is not released by its entry", this.folder.path(), ex);
		}
	}

	private FilesystemLockException failure(IOException ex) {
		String what = "The lock of '" + this.folder.path() + "' cannot be decided: ";
		if (ex instanceof NotDirectoryException) {
			return new FilesystemLockException(what + "'" + ex.getMessage() + "' is not a directory.",
					"Remove or rename it; it is not what a controller has put there.", ex);
		}
		if (ex instanceof AccessDeniedException) {
			return new FilesystemLockException(what + "permission denied for '" + ex.getMessage() + "'.",
					"Run all instances that share the folder as users who may write to it and to '" + LockDirectory.NAME
							+ "' in it.",
					ex);
		}
		return new FilesystemLockException(what + ex + ".", "Check the volume that the folder is on.", ex);
	}

	/**
	 * @param since when it was seen first, by the clock of this process
	 */
	private record Seen(LockEntry entry, long since) {
	}

	private record FileClaim(long token, Deadline deadline, TimeSource time) implements Claim {

		@Override
		public Duration remaining() {
			return this.deadline.remaining(this.time);
		}

	}

}
