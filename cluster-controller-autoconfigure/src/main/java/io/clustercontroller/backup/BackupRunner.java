package io.clustercontroller.backup;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterTimings;
import io.clustercontroller.command.Commands;
import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.BackupCompletedEvent;
import io.clustercontroller.event.BackupFailedEvent;
import io.clustercontroller.event.ClusterEvents;
import io.clustercontroller.filelock.FilesystemLocks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Decides which backups are taken now, has each taken on a thread of its own, and tells
 * what has become of it. Ends those whose time is over or that are not wanted any more.
 */
final class BackupRunner implements BackupService, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(BackupRunner.class);

	private final Map<String, Running> runs = new ConcurrentHashMap<>();

	private final LoopThread loop = new LoopThread("cluster-backups", true);

	private final BackupProperties properties;

	private final DestinationLock lock;

	private final Supplier<Commands> commands;

	private final Map<String, String> environment;

	private final ClusterController cluster;

	private final ClusterTimings timings;

	private final ClusterEvents events;

	private final TimeSource time;

	private volatile boolean open = true;

	/**
	 * @param environment what commands see of that of this JVM
	 */
	BackupRunner(BackupProperties properties, FilesystemLocks locks, Supplier<Commands> commands,
			Map<String, String> environment, ClusterController cluster, ClusterTimings timings, ClusterEvents events,
			TimeSource time) {
		this.properties = properties;
		this.lock = new DestinationLock(locks, properties.destinationFolder(), this.loop);
		this.commands = commands;
		this.environment = environment;
		this.cluster = cluster;
		this.timings = timings;
		this.events = events;
		this.time = time;
	}

	@Override
	public BackupResult run(BackupRequest request) {
		Terms terms = Terms.of(request, this.properties);
		Optional<Turn> turn = Turn.of(this.cluster, terms.runOn());
		if (turn.isEmpty()) {
			logger.debug("Backup '{}' is for {} only", request.name(), terms.runOn());
			return new BackupResult.Skipped(request.name(), "it is for another role than that of this instance");
		}
		Running running = new Running(request.name(), terms.runOn(), () -> this.runs.remove(request.name()));
		if (this.runs.putIfAbsent(request.name(), running) != null) {
			return skipped(request, "it is being taken already");
		}
		if (!this.open) {
			this.runs.remove(request.name());
			return skipped(request, "the application is stopping");
		}
		return run(request, terms, turn.get(), running);
	}

	private static BackupResult skipped(BackupRequest request, String reason) {
		logger.warn("Backup '{}' is skipped: {}", request.name(), reason);
		return new BackupResult.Skipped(request.name(), reason);
	}

	private BackupResult run(BackupRequest request, Terms terms, Turn turn, Running running) {
		Instant startedAt = Instant.ofEpochMilli(this.time.wallMillis());
		Making making = new Making(request.name(), this.commands, this.environment, this.timings.lossLimit());
		BackupRun run = new BackupRun(request, startedAt, this.properties, this.lock, making,
				() -> check(turn, running), (home) -> new Progress(request.name(), home, this.time, this.loop));
		Future<?> limit = this.loop.schedule(() -> running.cancel("it took longer than " + text(terms.timeout())),
				terms.timeout().toNanos(), TimeUnit.NANOSECONDS);
		try {
			logger.info("Backup '{}' has begun", request.name());
			running.start(run);
			BackupResult result = running.await((failure) -> failure(making, running, failure));
			if (result instanceof BackupResult.Completed completed) {
				announce(completed);
			}
			else if (result instanceof BackupResult.Skipped skipped) {
				logger.warn("Backup '{}' is skipped: {}", request.name(), skipped.reason());
			}
			return result;
		}
		catch (BackupException ex) {
			logger.error("Backup '{}' has failed, and all that existed is as it was: {}", request.name(),
					ex.getReason());
			logger.debug("The cause", ex);
			this.events.publish(new BackupFailedEvent(request.name(), ex.getReason(), ex.getOutput(), startedAt));
			throw ex;
		}
		finally {
			limit.cancel(false);
		}
	}

	private static String text(Duration duration) {
		return DurationFormatterUtils.print(duration, DurationFormat.Style.COMPOSITE);
	}

	/** From here on it is too late to tell the run to end. */
	private void check(Turn turn, Running running) {
		if (!running.beginToPublish()) {
			throw new BackupException(running.name(), "it was told to end", List.of(), null);
		}
		if (!turn.isValid()) {
			throw new BackupException(running.name(), "this instance has lost the role that it takes backups in",
					List.of(), null);
		}
		if (!this.lock.isHeld()) {
			throw new BackupException(running.name(), "the lock of the destination was lost", List.of(), null);
		}
	}

	private void announce(BackupResult.Completed completed) {
		Backup backup = completed.backup();
		int dropped = completed.dryRun() ? 0
				: (int) completed.retention().stream().filter(Predicate.not(RetentionVerdict::kept)).count();
		logger.info("Backup '{}' is published: {} in {} s, {}; dropped: {}", backup.name(),
				Progress.bytes(backup.size()), backup.duration().toMillis() / 1000.0, backup.path(), dropped);
		this.events.publish(new BackupCompletedEvent(backup.name(), backup.id(), backup.path(), backup.size(),
				backup.sha256(), backup.duration(), dropped, backup.startedAt()));
	}

	private static BackupException failure(Making making, Running running, Throwable failure) {
		Optional<String> cancelled = running.cancelled();
		if (cancelled.isEmpty() && failure instanceof BackupException known) {
			return known;
		}
		return new BackupException(running.name(), cancelled.orElseGet(() -> FailureReason.of(failure)),
				making.lastLines(), failure);
	}

	/**
	 * Tell all runs to end that are for such instances, unless they publish already, and
	 * wait until they have.
	 * @param limit how long to wait at most
	 */
	void cancel(Set<RunOn> affected, String reason, Duration limit) {
		List<Running> ending = this.runs.values().stream().filter((run) -> affected.contains(run.runOn())).toList();
		ending.forEach((run) -> run.cancel(reason));
		try {
			CompletableFuture.allOf(ending.stream().map(Running::ended).toArray(CompletableFuture[]::new))
				.get(limit.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (TimeoutException ex) {
			logger.warn("{} of {} backups do not end within {} ms", ending.stream().filter(Running::isActive).count(),
					ending.size(), limit.toMillis());
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Begin no more runs, and end those that there are. */
	void stop(Duration limit) {
		this.open = false;
		cancel(EnumSet.allOf(RunOn.class), "the application is stopping", limit);
	}

	@Override
	public void close() {
		stop(this.timings.workLimit());
		// the lock is being released on it
		this.loop.shutdown();
	}

}
