package io.clustercontroller.job;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import io.clustercontroller.ClusterController;
import io.clustercontroller.OperationRefusedException;
import io.clustercontroller.coordination.Answer;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.Records.StoredRecord;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.job.JobRecord.Request;
import io.clustercontroller.job.JobStatus.LastRun;
import io.clustercontroller.job.JobStatus.Pause;
import io.clustercontroller.job.LedgerPage.Entry;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Reads the ledger, and writes wishes into it, which the master follows.
 */
final class LedgerJobOperations implements JobOperations {

	private static final int ATTEMPTS = 5;

	private static final int LONGEST_REASON = 200;

	private final Jobs jobs;

	private final Records records;

	private final ClusterController cluster;

	private final TimeSource time;

	LedgerJobOperations(Jobs jobs, Records records, ClusterController cluster, TimeSource time) {
		this.jobs = jobs;
		this.records = records;
		this.cluster = cluster;
		this.time = time;
	}

	@Override
	public List<JobStatus> jobs() {
		try {
			Map<String, StoredRecord> stored = Answer
				.await(() -> this.records.list(LedgerPage.PREFIX), deadline(), this.time)
				.stream()
				.collect(Collectors.toMap(StoredRecord::name, Function.identity()));
			return this.jobs.all()
				.stream()
				.map((job) -> status(job, stored.get(LedgerPage.PREFIX + job.name())))
				.toList();
		}
		catch (CoordinationException ex) {
			throw new IllegalStateException("The ledger of the jobs cannot be read: " + ex.getMessage(), ex);
		}
	}

	@Override
	public List<JobStatus> known() {
		List<JobStatus> known = this.jobs.all().stream().map((job) -> status(job, job.page().knownJob())).toList();
		this.jobs.learnWhatIsNew();
		return known;
	}

	private JobStatus status(Job job, @Nullable StoredRecord stored) {
		return status(job, (stored != null) ? job.page().learn(Optional.of(stored)).job() : null);
	}

	private JobStatus status(Job job, @Nullable JobRecord known) {
		JobSchedule schedule = job.schedule();
		JobRecord record = (known != null) ? known : JobRecord.begin(schedule.toString(), now());
		Optional<Pause> pause = Optional.ofNullable(record.pause());
		return new JobStatus(job.name(), schedule.text(), schedule.zone().getId(),
				pause.isPresent() ? Optional.empty() : Optional.ofNullable(schedule.next(now())),
				Optional.ofNullable(record.tick()), lastRun(record), pause, record.request() != null);
	}

	private static Optional<LastRun> lastRun(JobRecord record) {
		JobRecord.Completion completion = record.completion();
		return Optional.ofNullable(record.claim())
			.map((claim) -> new LastRun(claim.startedAt(), claim.instanceId(), claim.token(),
					Optional.ofNullable(completion).map(JobRecord.Completion::outcome),
					Optional.ofNullable(completion).map(JobRecord.Completion::duration),
					Optional.ofNullable(completion).map(JobRecord.Completion::error)));
	}

	@Override
	public void pause(String name, String reason) {
		if (!StringUtils.hasText(reason) || reason.length() > LONGEST_REASON) {
			throw new IllegalArgumentException(
					"A pause needs a reason of 1 to %d characters".formatted(LONGEST_REASON));
		}
		change(name, (job) -> {
			refuseWhilePaused(name, job);
			return job.paused(new Pause(reason, now(), self()));
		});
	}

	@Override
	public void resume(String name) {
		change(name, (job) -> {
			if (job.pause() == null) {
				throw new OperationRefusedException("Job '%s' is not paused.".formatted(name));
			}
			return job.resumed(now());
		});
	}

	@Override
	public void runNow(String name) {
		Job job = find(name);
		if (this.cluster.master().isEmpty()) {
			throw new OperationRefusedException("The service has no master that could run '%s'.".formatted(name));
		}
		change(name, (record) -> {
			refuseWhilePaused(name, record);
			return record.requested(new Request(now(), self()));
		});
		this.jobs.asked(job);
	}

	private static void refuseWhilePaused(String name, JobRecord job) {
		Pause pause = job.pause();
		if (pause != null) {
			throw new OperationRefusedException("Job '%s' is paused since %s by '%s': %s".formatted(name, pause.since(),
					pause.by(), pause.reason()));
		}
	}

	private Job find(String name) {
		Job job = this.jobs.find(name);
		if (job == null) {
			throw new IllegalArgumentException("There is no job '%s'. There are: %s".formatted(name,
					this.jobs.all().stream().map(Job::name).collect(Collectors.joining(", "))));
		}
		return job;
	}

	private void change(String name, UnaryOperator<JobRecord> change) {
		Job job = find(name);
		long deadline = deadline();
		try {
			for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
				Entry entry = job.page().read(deadline);
				JobRecord record = (entry.job() != null) ? entry.job()
						: JobRecord.begin(job.schedule().toString(), now());
				if (job.page().write(change.apply(record), entry.version(), null, deadline).isPresent()) {
					return;
				}
			}
		}
		catch (CoordinationException ex) {
			throw new IllegalStateException(
					"Job '%s' may be changed or not, its ledger does not answer: %s".formatted(name, ex.getMessage()),
					ex);
		}
		throw new IllegalStateException(
				"Job '%s' is not changed: others write its ledger all the time".formatted(name));
	}

	private long deadline() {
		return this.time.nanoTime() + Job.LEDGER_LIMIT.toNanos();
	}

	private Instant now() {
		return Instant.ofEpochMilli(this.time.wallMillis());
	}

	private String self() {
		return this.cluster.self().instanceId();
	}

}
