package io.clustercontroller.backup;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.clustercontroller.filelock.FilesystemLocks;

/**
 * Keeps the instances apart that share a destination: this one holds the filesystem lock
 * of the folder while at least one of its runs is under way. One that it holds for
 * another reason it keeps. The state belongs to the thread of the executor.
 */
final class DestinationLock {

	private final FilesystemLocks locks;

	private final Path folder;

	private final Executor loop;

	/** Runs that are under way. */
	private int runs;

	private boolean acquired;

	/**
	 * @param loop one thread, which may wait for the coordinator
	 */
	DestinationLock(FilesystemLocks locks, Path folder, Executor loop) {
		this.locks = locks;
		this.folder = folder;
		this.loop = loop;
	}

	/**
	 * Take the lock for a run, if it is free. Waits for one answer.
	 * @return whether this instance has it; then {@link #leave()} has to follow
	 */
	boolean enter() throws InterruptedException {
		CompletableFuture<Boolean> entered = CompletableFuture.supplyAsync(this::acquire, this.loop);
		try {
			return entered.get();
		}
		catch (InterruptedException ex) {
			entered.thenAccept((has) -> {
				if (has) {
					leave();
				}
			});
			throw ex;
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException failure) ? failure : new CompletionException(ex);
		}
	}

	/** Whether this instance has it at this very moment. */
	boolean isHeld() {
		return this.locks.holds(this.folder);
	}

	/** A run is over. Does not wait. */
	void leave() {
		try {
			this.loop.execute(this::release);
		}
		catch (RejectedExecutionException ex) {
			// the instance has left, and its locks with it
		}
	}

	private void release() {
		this.runs--;
		if (this.runs == 0 && this.acquired) {
			this.acquired = false;
			this.locks.release(this.folder);
		}
	}

	private boolean acquire() {
		if (!this.locks.holds(this.folder)) {
			if (!this.locks.tryAcquire(this.folder)) {
				return false;
			}
			this.acquired = true;
		}
		this.runs++;
		return true;
	}

}
