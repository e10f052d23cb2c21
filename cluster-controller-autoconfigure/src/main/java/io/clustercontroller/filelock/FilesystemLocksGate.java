package io.clustercontroller.filelock;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.clustercontroller.coordination.InterruptOnShutdown;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Holds the start of the application back until it has the locks that it shall have. They
 * are taken one after the other, everywhere in the same order, so that no two instances
 * wait for each other.
 */
final class FilesystemLocksGate implements SmartLifecycle {

	/**
	 * After the instance has joined, 512 before the default phase, since its session may
	 * hold the locks; before what is depended on is waited for, 384.
	 */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 448;

	private final FilesystemLocksProperties properties;

	private final KeptLocks locks;

	private final TimeSource time;

	private volatile @Nullable LockWait wait;

	private volatile boolean running;

	FilesystemLocksGate(FilesystemLocksProperties properties, KeptLocks locks, TimeSource time) {
		this.properties = properties;
		this.locks = locks;
		this.time = time;
	}

	@Override
	public void start() {
		this.running = true;
		long deadline = this.time.nanoTime() + this.properties.filesystemLocksTimeout().toNanos();
		for (Path folder : this.properties.folders()) {
			try {
				await(folder, this.locks.keep(folder, Duration.ofNanos(deadline - this.time.nanoTime())), deadline);
			}
			catch (UnlockableFolderException ex) {
				throw FilesystemLocksProperties.invalid(ex, folder);
			}
		}
	}

	@SuppressWarnings("try")
	private void await(Path folder, LockWait wait, long deadline) {
		this.wait = wait;
		try (InterruptOnShutdown abort = new InterruptOnShutdown()) {
			// a context that is closed interrupts a start that waits without a limit of
			// its own
			wait.end().orTimeout(deadline - this.time.nanoTime(), TimeUnit.NANOSECONDS).get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for the lock of '" + folder + "'", ex);
		}
		catch (CancellationException ex) {
			throw new IllegalStateException("Stopped while waiting for the lock of '" + folder + "'", ex);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof TimeoutException)
					? new FilesystemLocksTimeoutException(folder, this.properties.timeoutText(), wait.obstacle())
					: new IllegalStateException("Cannot wait for the lock of '" + folder + "'", ex.getCause());
		}
		finally {
			this.wait = null;
		}
	}

	/** Ends a wait that is under way on another thread. */
	@Override
	public void stop() {
		LockWait wait = this.wait;
		if (wait != null) {
			wait.end().cancel(false);
		}
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** The locks are kept while a context is paused. */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
