package io.clustercontroller.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterTimings;
import io.clustercontroller.Member;
import io.clustercontroller.actuate.ClusterDescriptor.BackupDescriptor;
import io.clustercontroller.actuate.ClusterDescriptor.FilesystemLockDescriptor;
import io.clustercontroller.actuate.ClusterDescriptor.JobDescriptor;
import io.clustercontroller.actuate.ClusterDescriptor.MemberDescriptor;
import io.clustercontroller.actuate.ClusterDescriptor.PauseDescriptor;
import io.clustercontroller.actuate.ClusterDescriptor.ProcessDescriptor;
import io.clustercontroller.actuate.ClusterDescriptor.ProcessExitDescriptor;
import io.clustercontroller.actuate.ClusterDescriptor.SelfDescriptor;
import io.clustercontroller.actuate.ClusterDescriptor.TimingsDescriptor;
import io.clustercontroller.actuate.KnownBackups.Reading;
import io.clustercontroller.backup.BackupOperations;
import io.clustercontroller.event.BackupFailedEvent;
import io.clustercontroller.filelock.FilesystemLocks;
import io.clustercontroller.history.ClusterHistory;
import io.clustercontroller.job.JobOperations;
import io.clustercontroller.process.ServiceProcess;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@link Endpoint @Endpoint} that shows the cluster as this instance sees it. Answers
 * from memory, on any thread and in any state of the coordinator. What can be done beside
 * looking is in {@link ClusterEndpointOperations}.
 */
@Endpoint(id = "cluster", defaultAccess = Access.READ_ONLY)
final class ClusterEndpoint {

	private final ClusterController controller;

	private final ClusterTimings timings;

	private final ClusterHistory history;

	private final JobOperations jobs;

	private final @Nullable ServiceProcess process;

	private final BackupOperations backups;

	private final KnownBackups knownBackups;

	private final FilesystemLocks locks;

	private final Access access;

	/**
	 * @param process the supervised service, or {@code null} if there is none
	 * @param access what those who use the endpoint may do
	 */
	ClusterEndpoint(ClusterController controller, ClusterTimings timings, ClusterHistory history, JobOperations jobs,
			@Nullable ServiceProcess process, BackupOperations backups, KnownBackups knownBackups,
			FilesystemLocks locks, Access access) {
		this.controller = controller;
		this.timings = timings;
		this.history = history;
		this.jobs = jobs;
		this.process = process;
		this.backups = backups;
		this.knownBackups = knownBackups;
		this.locks = locks;
		this.access = access;
	}

	@ReadOperation
	ClusterDescriptor cluster() {
		return new ClusterDescriptor(self(), this.controller.master().map(MemberDescriptor::of).orElse(null),
				this.controller.members().stream().map(MemberDescriptor::of).toList(),
				this.controller.pause().map(PauseDescriptor::of).orElse(null), timings(),
				this.jobs.known().stream().map(JobDescriptor::of).toList(),
				(this.process != null) ? describe(this.process) : null, backups(), locks(), this.access);
	}

	/** Not an operation itself, as it has another name over HTTP than over JMX. */
	HistoryDescriptor history() {
		return HistoryDescriptor.of(this.history.masterships());
	}

	private SelfDescriptor self() {
		Member self = this.controller.self();
		OptionalLong token = this.controller.fencingToken();
		Duration remaining = this.controller.sessionRemaining();
		return new SelfDescriptor(self.instanceId(), self.container(), self.environment(), self.service(), self.role(),
				self.state(), token.isPresent() ? token.getAsLong() : null, this.controller.roleSince(),
				this.controller.lastContact().orElse(null), SessionTime.isUnlimited(remaining) ? null : remaining);
	}

	private TimingsDescriptor timings() {
		return new TimingsDescriptor(this.timings.ttl(), this.timings.stepDownMargin(), this.timings.stopTimeout(),
				this.timings.crashFailoverLimit(), this.timings.handOverLimit());
	}

	private static ProcessDescriptor describe(ServiceProcess process) {
		OptionalLong pid = process.pid();
		return new ProcessDescriptor(pid.isPresent() ? pid.getAsLong() : null, process.startedAt().orElse(null),
				Optional.of(process.uptime()).filter((uptime) -> !uptime.isZero()).orElse(null), process.restarts(),
				process.lastExit().map(ProcessExitDescriptor::of).orElse(null));
	}

	/** All names that are configured or have backups or failures. */
	private List<BackupDescriptor> backups() {
		Reading reading = this.knownBackups.reading();
		Map<String, BackupFailedEvent> failures = this.knownBackups.failures();
		Set<String> names = new TreeSet<>(this.backups.names());
		names.addAll(reading.backups().keySet());
		names.addAll(failures.keySet());
		return names.stream().map((name) -> BackupDescriptor.of(name, reading, failures.get(name))).toList();
	}

	private List<FilesystemLockDescriptor> locks() {
		return this.locks.held()
			.entrySet()
			.stream()
			.map((lock) -> new FilesystemLockDescriptor(lock.getKey().toString(), lock.getValue()))
			.toList();
	}

}
