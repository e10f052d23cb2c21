package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.coordination.CoordinationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a coordinator. It does all work on files, in the order in which it
 * was asked for.
 */
final class LocalThread implements AutoCloseable {

	private static final Logger log = LoggerFactory.getLogger(LocalThread.class);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

	private final BaseDirectory base;

	private final ScheduledThreadPoolExecutor executor;

	private volatile @Nullable Thread thread;

	LocalThread(BaseDirectory base) {
		this.base = base;
		this.executor = new ScheduledThreadPoolExecutor(1, (work) -> {
			Thread thread = new Thread(work, "cluster-local");
			thread.setDaemon(true);
			this.thread = thread;
			return thread;
		});
		this.executor.setRemoveOnCancelPolicy(true);
	}

	/** Do something and complete a stage with its result. */
	<T> CompletableFuture<T> call(FileWork<T> work) {
		CompletableFuture<T> stage = new CompletableFuture<>();
		run(stage, () -> stage.complete(work.run()));
		return stage;
	}

	/** Do something and complete a stage. */
	CompletableFuture<Void> call(FileTask task) {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		run(stage, () -> {
			task.run();
			stage.complete(null);
		});
		return stage;
	}

	/** Do something that completes the stage by itself, unless it fails. */
	void run(CompletableFuture<?> stage, FileTask work) {
		execute(() -> attempt(stage, work), stage);
	}

	private void attempt(CompletableFuture<?> stage, FileTask work) {
		try {
			work.run();
		}
		catch (IOException ex) {
			stage.completeExceptionally(this.base.translate(ex));
		}
		catch (CoordinationException ex) {
			stage.completeExceptionally(ex);
		}
		catch (RuntimeException ex) {
			stage.completeExceptionally(new CoordinationException("Unexpected failure", ex));
		}
	}

	private void execute(Runnable work, CompletableFuture<?> stage) {
		try {
			this.executor.execute(work);
		}
		catch (RejectedExecutionException ex) {
			stage.completeExceptionally(new CoordinationException("The coordinator is closed", ex));
		}
	}

	/** Do something later, unless closed by then. The work does not throw. */
	void after(Duration delay, Runnable work) {
		try {
			this.executor.schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			work.run(); // to be told that it is closed
		}
	}

	/** Do something again and again. The work does not throw. */
	Future<?> every(Duration interval, Runnable work) {
		return this.executor.scheduleWithFixedDelay(work, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
	}

	/** End the thread when it has done what it was asked for, or after a few seconds. */
	@Override
	public void close() {
		this.executor.shutdown();
		Thread thread = this.thread;
		if (thread == null || thread == Thread.currentThread()) {
			return;
		}
		try {
			thread.join(CLOSE_TIMEOUT.toMillis());
			// It must not be interrupted: that would close the lock files under its
			// hands.
			if (thread.isAlive()) {
				log.warn("The file system of '{}' does not answer in time: not waiting for it", this.base);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
