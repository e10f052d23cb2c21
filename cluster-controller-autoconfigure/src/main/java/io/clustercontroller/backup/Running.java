package io.clustercontroller.backup;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A run on a thread of its own, which can be told to end until it publishes. What is
 * changed is guarded by the monitor of this object.
 */
final class Running {

	/** How long one that was told to end may take: its command is killed long before. */
	static final Duration PATIENCE = Duration.ofSeconds(30);

	private final String name;

	private final RunOn runOn;

	private final CompletableFuture<BackupResult> result = new CompletableFuture<>();

	private final CompletableFuture<String> told = new CompletableFuture<>();

	private boolean publishing;

	private @Nullable Thread thread;

	private final Runnable whenEnded;

	/**
	 * @param whenEnded called before anybody learns of the end
	 */
	Running(String name, RunOn runOn, Runnable whenEnded) {
		this.name = name;
		this.runOn = runOn;
		this.whenEnded = whenEnded;
	}

	String name() {
		return this.name;
	}

	RunOn runOn() {
		return this.runOn;
	}

	/** Done when the run has ended, however it has; never fails. */
	CompletableFuture<?> ended() {
		return this.result.handle((result, failure) -> true);
	}

	boolean isActive() {
		return !this.result.isDone();
	}

	/** Begin, unless it was told to end before. */
	synchronized void start(Callable<BackupResult> run) {
		Thread worker = new Thread(() -> complete(run), "cluster-backup-" + this.name);
		worker.setDaemon(true);
		this.thread = worker;
		if (!this.told.isDone()) {
			worker.start();
		}
		else {
			complete(() -> {
				throw new InterruptedException();
			});
		}
	}

	private void complete(Callable<BackupResult> run) {
		try {
			BackupResult ended = run.call();
			this.whenEnded.run();
			this.result.complete(ended);
		}
		catch (Throwable ex) {
			this.whenEnded.run();
			this.result.completeExceptionally(ex);
		}
	}

	/**
	 * Tell it to end, unless it publishes already.
	 * @param reason why, as a clause
	 */
	synchronized void cancel(String reason) {
		if (!this.publishing && this.told.complete(reason) && this.thread != null) {
			this.thread.interrupt();
		}
	}

	/** Why it was told to end, if it was. */
	Optional<String> cancelled() {
		return Optional.ofNullable(this.told.getNow("")).filter((reason) -> !reason.isEmpty());
	}

	/**
	 * From here on it goes through to its end.
	 * @return whether it may: it was not told to end
	 */
	synchronized boolean beginToPublish() {
		this.publishing = !this.told.isDone();
		return this.publishing;
	}

	/**
	 * Wait for the end. An interrupt is passed on to the run.
	 * @param failure makes an exception of whatever the run has thrown
	 * @throws BackupException if it has failed, or does not end
	 */
	BackupResult await(Function<Throwable, BackupException> failure) {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					CompletableFuture.anyOf(this.result, this.told).handle((first, ex) -> true).get();
					return this.result.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
					cancel("the thread that waits for it was interrupted");
				}
			}
		}
		catch (ExecutionException ex) {
			throw failure.apply((ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (TimeoutException ex) {
			throw new BackupException(this.name, cancelled().orElse("it was told to end") + ", and does not end",
					List.of(), ex);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
