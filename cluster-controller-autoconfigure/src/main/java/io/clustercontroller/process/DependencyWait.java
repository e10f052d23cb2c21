package io.clustercontroller.process;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.clustercontroller.ClusterController;
import io.clustercontroller.coordination.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One wait for everything that is depended on. There is a thread for each dependency, so
 * that one that hangs hides no other, and one for the clock. They are asked to end with
 * the wait; only a name server that does not answer can hold one a little longer.
 */
final class DependencyWait {

	private static final Logger logger = LoggerFactory.getLogger(DependencyWait.class);

	/** How long a dependency that was not there is left alone. */
	private static final Duration PAUSE = Duration.ofMillis(500);

	/** How often a wait says what it waits for. */
	private static final Duration PROGRESS = Duration.ofSeconds(5);

	private final List<Dependency> dependencies;

	private final Duration timeout;

	private final ClusterController cluster;

	private final TimeSource time;

	private final ScheduledThreadPoolExecutor threads;

	/** What is not there yet, and why; each entry is written by its own thread only. */
	private final Map<Dependency, String> reasons = new ConcurrentHashMap<>();

	private final CompletableFuture<Void> over = new CompletableFuture<>();

	private final long begun;

	DependencyWait(List<Dependency> dependencies, Duration timeout, ClusterController cluster, TimeSource time) {
		this.dependencies = dependencies;
		this.timeout = timeout;
		this.cluster = cluster;
		this.time = time;
		this.begun = time.nanoTime();
		this.threads = new ScheduledThreadPoolExecutor(dependencies.size() + 1, (task) -> {
			Thread thread = new Thread(task, "cluster-depends-on");
			thread.setDaemon(true);
			return thread;
		}, new ScheduledThreadPoolExecutor.DiscardPolicy());
		dependencies.forEach((dependency) -> this.reasons.put(dependency, "no answer yet"));
	}

	/**
	 * Wait until all is there or the time is over; can be called once.
	 * <p>
	 * The calling thread waits without a limit of its own, which is the clock thread's
	 * business: a context that is closed interrupts the thread that starts it if that
	 * waits without a limit, and only then.
	 * @return what is missing in the end, as text, or nothing
	 * @throws java.util.concurrent.CancellationException if the wait was cancelled
	 */
	String await() throws InterruptedException {
		try {
			this.threads.schedule(() -> this.over.complete(null), this.timeout.toNanos(), TimeUnit.NANOSECONDS);
			this.threads.scheduleAtFixedRate(this::logProgress, PROGRESS.toNanos(), PROGRESS.toNanos(),
					TimeUnit.NANOSECONDS);
			this.dependencies.forEach((dependency) -> this.threads.execute(() -> look(dependency)));
			this.over.get();
			return missing();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("Cannot look for what is depended on", ex.getCause());
		}
		finally {
			this.threads.shutdownNow();
		}
	}

	/** End the wait; may be called from any thread. */
	void cancel() {
		this.over.cancel(false);
	}

	Duration elapsed() {
		return Duration.ofNanos(this.time.nanoTime() - this.begun);
	}

	private void look(Dependency dependency) {
		try {
			dependency.findMissing(this.cluster).ifPresentOrElse((reason) -> {
				this.reasons.put(dependency, reason);
				this.threads.schedule(() -> look(dependency), PAUSE.toNanos(), TimeUnit.NANOSECONDS);
			}, () -> {
				this.reasons.remove(dependency);
				if (this.reasons.isEmpty()) {
					this.over.complete(null);
				}
			});
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException ex) {
			// trying again would not mend it, and nobody looks at the task's own future
			this.over.completeExceptionally(ex);
		}
	}

	private void logProgress() {
		String missing = missing();
		if (!missing.isEmpty()) {
			Duration elapsed = elapsed();
			logger.info("Waiting for {}; {} s so far, {} s more at most", missing, elapsed.toSeconds(),
					Math.max(0, this.timeout.minus(elapsed).toSeconds()));
		}
	}

	private String missing() {
		return this.dependencies.stream().map((dependency) -> {
			String reason = this.reasons.get(dependency);
			return (reason != null) ? "'%s' (%s)".formatted(dependency, reason) : null;
		}).filter(Objects::nonNull).collect(Collectors.joining(", "));
	}

}
