package io.clustercontroller.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.clustercontroller.ClusterController;
import io.clustercontroller.coordination.Answer;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.RecordListener;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.Records.StoredRecord;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.ClusterEvents;
import io.clustercontroller.job.LedgerPage.Entry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;

/**
 * All jobs with a ledger. Follows up what no tick follows up: what a new master finds
 * unclaimed, and what others have asked for. This happens on one thread, which may wait
 * for the coordinator, never for a job.
 */
final class Jobs implements JobRegistry, RecordListener, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Jobs.class);

	/** The pause after the coordinator has not answered. */
	private static final Duration RETRY = Duration.ofSeconds(1);

	private final Map<String, Registered> jobs = new ConcurrentSkipListMap<>();

	private final LoopThread loop = new LoopThread("cluster-jobs", true);

	private final Records records;

	private final Guard guard;

	private final ClusterController cluster;

	private final ClusterEvents events;

	private final JobThreads threads;

	private final TimeSource time;

	/** Whether an answer is awaited that nobody waits for. */
	private final AtomicBoolean learning = new AtomicBoolean();

	/** Whether the application is up, so that jobs may run. */
	private volatile boolean open;

	Jobs(Records records, Guard guard, ClusterController cluster, ClusterEvents events, JobThreads threads,
			TimeSource time) {
		this.records = records;
		this.guard = guard;
		this.cluster = cluster;
		this.events = events;
		this.threads = threads;
		this.time = time;
	}

	@Override
	public void register(JobDefinition definition, JobWork work) {
		Job job = add(definition, (added) -> () -> this.threads.run(() -> look(added, work)));
		this.threads.schedule(() -> look(job, work), definition);
	}

	/** The method of a bean, which looks into the ledger when it is called. */
	void registerMethod(JobDefinition definition, Runnable call) {
		add(definition, (added) -> () -> this.threads.runOnApplication(call));
	}

	private Job add(JobDefinition definition, Function<Job, Runnable> launch) {
		Job job = new Job(definition, new LedgerPage(definition.name(), this.records, this.time), this.guard,
				this.cluster, this.events, this.time, this::followUpSoon);
		if (this.jobs.putIfAbsent(definition.name(), new Registered(job, launch.apply(job))) != null) {
			throw new IllegalStateException("There are two jobs named '%s'".formatted(definition.name()));
		}
		if (this.open) {
			execute(this::catchUp);
		}
		return job;
	}

	private static void look(Job job, JobWork work) {
		try {
			job.look(true, () -> {
				work.run();
				return null;
			});
		}
		catch (Throwable ex) {
			logger.error("Job '{}' has failed", job.name(), ex);
		}
	}

	/** The job of that name, or {@code null} if there is none. */
	@Nullable Job find(String name) {
		Registered registered = this.jobs.get(name);
		return (registered != null) ? registered.job() : null;
	}

	/** All jobs, by name. */
	List<Job> all() {
		return this.jobs.values().stream().map(Registered::job).toList();
	}

	@EventListener
	void begin(ContextRefreshedEvent event) {
		this.open = true;
		execute(this::catchUp);
	}

	@EventListener
	void becameMaster(BecameMasterEvent event) {
		execute(this::catchUp);
	}

	@Override
	public void recordWritten(String name, long version) {
		Job job = name.startsWith(LedgerPage.PREFIX) ? find(name.substring(LedgerPage.PREFIX.length())) : null;
		if (job != null) {
			job.hint(version);
			// one that is busy looks again when it is not
			if (this.cluster.isMaster() && !job.isBusy() && job.isOutdated()) {
				execute(() -> followUp(job));
			}
		}
	}

	/**
	 * Ask for what this instance has not seen yet, for those who only look. Does not wait
	 * for anything, and asks once at a time.
	 */
	void learnWhatIsNew() {
		boolean isNew = all().stream().anyMatch((job) -> job.page().known() == null || job.isUnread());
		if (isNew && this.learning.compareAndSet(false, true)) {
			execute(this::learn);
		}
	}

	/** The thread asks, and has other things to do than to wait. */
	private void learn() {
		Answer.ask(() -> this.records.list(LedgerPage.PREFIX))
			.toCompletableFuture()
			.copy()
			.orTimeout(Job.LEDGER_LIMIT.toNanos(), TimeUnit.NANOSECONDS)
			.thenAccept((stored) -> {
				Map<String, StoredRecord> byName = byName(stored);
				all().forEach((job) -> learn(job, Optional.ofNullable(byName.get(job.name()))));
			})
			.whenComplete((done, failure) -> {
				this.learning.set(false);
				if (failure != null) {
					logger.debug("What is new of the jobs is not known", failure);
				}
			});
	}

	/** What cannot be read of one job is no reason not to know the others. */
	private static void learn(Job job, Optional<StoredRecord> stored) {
		try {
			job.page().learn(stored);
		}
		catch (CoordinationException ex) {
			logger.debug("The state of job '{}' is not known", job.name(), ex);
		}
	}

	private static Map<String, StoredRecord> byName(List<StoredRecord> stored) {
		return stored.stream()
			.collect(Collectors.toMap((record) -> record.name().substring(LedgerPage.PREFIX.length()),
					Function.identity()));
	}

	/**
	 * A run was asked for on this instance; its own master need not wait for the hint.
	 */
	void asked(Job job) {
		execute(() -> followUp(job));
	}

	/**
	 * See what the masters before have left: one read for all jobs, and a write for each
	 * that is new to the ledger.
	 */
	private void catchUp() {
		OptionalLong token = this.cluster.fencingToken();
		if (!this.open || token.isEmpty() || this.jobs.isEmpty()) {
			return;
		}
		try {
			Map<String, StoredRecord> stored = byName(
					Answer.await(() -> this.records.list(LedgerPage.PREFIX), deadline(), this.time));
			for (Job job : all()) {
				adopt(job, Optional.ofNullable(stored.get(job.name())), token.getAsLong());
				launchIfWanted(job);
			}
		}
		catch (CoordinationException ex) {
			logger.warn("What is to be caught up is not known yet, asking again in {} s: {}", RETRY.toSeconds(),
					ex.getMessage());
			later(this::catchUp);
		}
	}

	private void adopt(Job job, Optional<StoredRecord> stored, long token) {
		if (job.isBusy()) {
			return;
		}
		Entry entry = job.page().learn(stored);
		String schedule = job.schedule().toString();
		Instant now = Instant.ofEpochMilli(this.time.wallMillis());
		if (entry.job() == null) {
			job.page().write(JobRecord.begin(schedule, now), entry.version(), token, deadline());
		}
		else if (!entry.job().schedule().equals(schedule)) {
			job.page().write(entry.job().scheduled(schedule, now), entry.version(), token, deadline());
		}
	}

	/** On a thread of a run: give up nothing but a glance. */
	private void followUpSoon(Job job) {
		if (job.isUncertain()) {
			later(() -> followUp(job));
		}
		else {
			execute(() -> followUp(job));
		}
	}

	private void followUp(Job job) {
		if (!this.cluster.isMaster() || job.isBusy()) {
			return;
		}
		try {
			if (job.isOutdated()) {
				job.page().read(deadline());
			}
			launchIfWanted(job);
		}
		catch (CoordinationException ex) {
			logger.debug("Asking for '{}' again in {} s", job.name(), RETRY.toSeconds(), ex);
			later(() -> followUp(job));
		}
	}

	private void launchIfWanted(Job job) {
		Registered registered = this.jobs.get(job.name());
		if (registered != null && job.isWanted()) {
			registered.launch().run();
		}
	}

	private long deadline() {
		return this.time.nanoTime() + Job.LEDGER_LIMIT.toNanos();
	}

	private void execute(Runnable task) {
		try {
			this.loop.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// the application is about to end
		}
	}

	private void later(Runnable task) {
		try {
			this.loop.schedule(task, RETRY.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			// the application is about to end
		}
	}

	@Override
	public void close() {
		this.loop.shutdownNow();
		this.threads.close();
	}

	/**
	 * A job, and how it is called when no scheduler calls it.
	 */
	private record Registered(Job job, Runnable launch) {
	}

}
