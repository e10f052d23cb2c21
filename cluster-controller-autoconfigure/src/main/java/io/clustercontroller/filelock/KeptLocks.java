package io.clustercontroller.filelock;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The locks that this instance has been asked for, by their folders.
 */
final class KeptLocks implements FilesystemLocks, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(KeptLocks.class);

	/** How long a caller waits for the thread of a lock. */
	private static final Duration CALL_LIMIT = Duration.ofSeconds(5);

	private final FolderLocks factory;

	private final Duration closeLimit;

	/** By real path; guarded by this. */
	private final Map<Path, FolderLock> locks = new HashMap<>();

	/** The same, also by the paths under which they were asked for. */
	private final Map<Path, FolderLock> byPath = new ConcurrentHashMap<>();

	private boolean closed;

	/**
	 * @param factory makes the lock of a folder
	 * @param closeLimit how long giving all of them up may take
	 */
	KeptLocks(FolderLocks factory, Duration closeLimit) {
		this.factory = factory;
		this.closeLimit = closeLimit;
	}

	@Override
	public boolean holds(Path folder) {
		FolderLock lock = find(folder);
		return lock != null && lock.isHeld();
	}

	@Override
	public OptionalLong token(Path folder) {
		FolderLock lock = find(folder);
		return (lock != null) ? lock.token() : OptionalLong.empty();
	}

	@Override
	public Map<Path, Long> held() {
		Map<Path, Long> held = new TreeMap<>();
		for (FolderLock lock : Set.copyOf(this.byPath.values())) {
			lock.token().ifPresent((token) -> held.put(lock.folder(), token));
		}
		return held;
	}

	@Override
	public boolean tryAcquire(Path folder) {
		CompletableFuture<Boolean> answer = lock(folder).tryAcquire();
		try {
			return await(folder, answer);
		}
		catch (FilesystemLockException ex) {
			// the answer may have come just now
			if (answer.completeExceptionally(ex) || answer.isCompletedExceptionally()) {
				throw ex;
			}
			return answer.join();
		}
	}

	@Override
	public void release(Path folder) {
		FolderLock lock = find(folder);
		if (lock != null) {
			await(folder, lock.release());
		}
	}

	/** Have the lock of a folder whenever it can be had. */
	LockWait keep(Path folder, Duration limit) {
		return lock(folder).keep(limit);
	}

	private @Nullable FolderLock find(Path folder) {
		return this.byPath.get(LockedFolder.normalized(folder));
	}

	private FolderLock lock(Path folder) {
		Path real = LockedFolder.real(folder);
		synchronized (this) {
			if (this.closed) {
				throw new FilesystemLockException(
						"The folder '" + folder + "' cannot be locked: this instance has stopped.",
						"Ask for locks while the application runs.", null);
			}
			FolderLock lock = this.locks.computeIfAbsent(real, this.factory::create);
			this.byPath.put(real, lock);
			this.byPath.put(LockedFolder.normalized(folder), lock);
			return lock;
		}
	}

	private static <T> T await(Path folder, CompletableFuture<T> answer) {
		try {
			return answer.get(CALL_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof FilesystemLockException failure) ? failure
					: new IllegalStateException(ex.getCause());
		}
		catch (TimeoutException ex) {
			throw noAnswer(folder, "within " + CALL_LIMIT.toSeconds() + " s", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw noAnswer(folder, "before the thread that waits was interrupted", ex);
		}
	}

	private static FilesystemLockException noAnswer(Path folder, String when, Exception cause) {
		return new FilesystemLockException("There was no answer about the lock of '" + folder + "' " + when + ".",
				"Check that the volume and the coordinator answer.", cause);
	}

	/** Locks may be asked for from now on, as they may before the first close. */
	synchronized void open() {
		this.closed = false;
	}

	/** Give all locks up and end their threads; blocks for the given limit at most. */
	@Override
	public void close() {
		List<FolderLock> all;
		synchronized (this) {
			this.closed = true;
			all = new ArrayList<>(this.locks.values());
			this.locks.clear();
			this.byPath.clear();
		}
		try {
			CompletableFuture.allOf(all.stream().map(FolderLock::release).toArray(CompletableFuture[]::new))
				.get(this.closeLimit.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("Not every lock was released; others can have them when they have seen nothing of this "
					+ "instance for its session's TTL", ex);
		}
		finally {
			all.forEach(FolderLock::close);
		}
	}

}
