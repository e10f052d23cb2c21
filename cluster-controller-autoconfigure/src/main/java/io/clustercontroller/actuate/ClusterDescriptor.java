package io.clustercontroller.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Pause;
import io.clustercontroller.Role;
import io.clustercontroller.actuate.KnownBackups.Reading;
import io.clustercontroller.backup.Backup;
import io.clustercontroller.backup.Tier;
import io.clustercontroller.event.BackupFailedEvent;
import io.clustercontroller.event.JobOutcome;
import io.clustercontroller.event.ProcessExitedEvent;
import io.clustercontroller.job.JobStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * All that the endpoint {@code cluster} shows at one moment. The names of the components,
 * here and below, are those of the JSON and do not change; others may be added. What is
 * {@code null} is left out.
 *
 * @param self this instance
 * @param master the master of the service, as this instance last saw it
 * @param members all members of the service, this instance included, in the order in
 * which they joined
 * @param pause the pause of the service, while there is one
 * @param timings how long what takes
 * @param jobs the jobs with a ledger, by name
 * @param process the supervised service, if there is one
 * @param backups what backups there are, by name
 * @param filesystemLocks the locks on shared volumes that this instance holds
 * @param access {@code UNRESTRICTED} if the operations are open, else {@code READ_ONLY}
 */
record ClusterDescriptor(SelfDescriptor self, @Nullable MemberDescriptor master, List<MemberDescriptor> members,
		@Nullable PauseDescriptor pause, TimingsDescriptor timings, List<JobDescriptor> jobs,
		@Nullable ProcessDescriptor process, List<BackupDescriptor> backups,
		List<FilesystemLockDescriptor> filesystemLocks, Access access) implements OperationResponseBody {

	/**
	 * This instance.
	 *
	 * @param role the role that was last announced
	 * @param fencingToken the token of the mastership; left out unless this instance is
	 * master at this very moment
	 * @param roleSince when it got its role, by its wall clock
	 * @param lastContact when its session was last confirmed, by its wall clock; left out
	 * before the first time
	 * @param sessionRemaining how long the session may be relied on if nothing confirms
	 * it any more, zero without one; left out where sessions do not expire
	 */
	record SelfDescriptor(String instanceId, String container, String environment, String service, Role role,
			MemberState state, @Nullable Long fencingToken, Instant roleSince, @Nullable Instant lastContact,
			@Nullable Duration sessionRemaining) {
	}

	/**
	 * A member of the service.
	 *
	 * @param eligible whether it stands for election
	 * @param joinedAt by its own wall clock
	 */
	record MemberDescriptor(String instanceId, String container, Role role, MemberState state, int priority,
			boolean eligible, Instant joinedAt, List<Integer> ports, Map<String, String> metadata) {

		static MemberDescriptor of(Member member) {
			return new MemberDescriptor(member.instanceId(), member.container(), member.role(), member.state(),
					member.priority(), member.eligible(), member.joinedAt(), member.ports(), member.metadata());
		}

	}

	/**
	 * A pause of the service.
	 *
	 * @param by the container of the instance through which it was asked for
	 */
	record PauseDescriptor(String reason, String by, Instant since, Instant until) {

		static PauseDescriptor of(Pause pause) {
			return new PauseDescriptor(pause.reason(), pause.by(), pause.since(), pause.until());
		}

	}

	/**
	 * The times that this instance keeps to, as its properties say.
	 *
	 * @param crashFailoverLimit how long it takes at most from the death of a master
	 * until the next one is there
	 * @param handOverLimit how long a hand-over takes at most
	 */
	record TimingsDescriptor(Duration ttl, Duration stepDownMargin, Duration stopTimeout, Duration crashFailoverLimit,
			Duration handOverLimit) {
	}

	/**
	 * A job as this instance knows it; see {@link JobStatus}.
	 *
	 * @param requested whether a run was asked for that has not begun yet
	 */
	record JobDescriptor(String name, String schedule, String zone, @Nullable Instant nextRun,
			@Nullable Instant lastTick, boolean requested, @Nullable JobPauseDescriptor pause,
			@Nullable JobRunDescriptor lastRun) {

		static JobDescriptor of(JobStatus job) {
			return new JobDescriptor(job.name(), job.schedule(), job.zone(), job.nextRun().orElse(null),
					job.lastTick().orElse(null), job.requested(), job.pause().map(JobPauseDescriptor::of).orElse(null),
					job.lastRun().map(JobRunDescriptor::of).orElse(null));
		}

	}

	/**
	 * A pause of a job.
	 *
	 * @param by the instance on which it was asked for
	 */
	record JobPauseDescriptor(String reason, String by, Instant since) {

		static JobPauseDescriptor of(JobStatus.Pause pause) {
			return new JobPauseDescriptor(pause.reason(), pause.by(), pause.since());
		}

	}

	/**
	 * The last run of a job.
	 *
	 * @param outcome left out while it lasts, and for ever if its instance has died
	 */
	record JobRunDescriptor(Instant startedAt, String instanceId, long fencingToken, @Nullable JobOutcome outcome,
			@Nullable Duration duration, @Nullable String error) {

		static JobRunDescriptor of(JobStatus.LastRun run) {
			return new JobRunDescriptor(run.startedAt(), run.instanceId(), run.fencingToken(),
					run.outcome().orElse(null), run.duration().orElse(null), run.error().orElse(null));
		}

	}

	/**
	 * The supervised service.
	 *
	 * @param pid left out while it does not run, as are the next two
	 * @param restarts how often it was started after the first time
	 * @param lastExit how it ended last; left out if it never has
	 */
	record ProcessDescriptor(@Nullable Long pid, @Nullable Instant startedAt, @Nullable Duration uptime, int restarts,
			@Nullable ProcessExitDescriptor lastExit) {
	}

	/**
	 * How the service has ended.
	 *
	 * @param stopped whether its controller has stopped it
	 */
	record ProcessExitDescriptor(long pid, int exitCode, boolean stopped, Duration uptime, Instant at) {

		static ProcessExitDescriptor of(ProcessExitedEvent exit) {
			return new ProcessExitDescriptor(exit.pid(), exit.exitCode(), exit.stopped(), exit.uptime(), exit.at());
		}

	}

	/**
	 * The backups of one name.
	 *
	 * @param readAt when this was read from the disk; left out if that has not been done
	 * yet
	 * @param count how many good ones there are
	 * @param tiers how many of them each tier has
	 * @param latest the newest one; left out if there is none
	 * @param lastFailure the last one that this instance has failed to take; left out if
	 * there is none, or a good one since
	 */
	record BackupDescriptor(String name, @Nullable Instant readAt, int count, Map<Tier, Long> tiers,
			@Nullable LatestBackupDescriptor latest, @Nullable BackupFailureDescriptor lastFailure) {

		static BackupDescriptor of(String name, Reading reading, @Nullable BackupFailedEvent failure) {
			List<Backup> backups = reading.of(name);
			Map<Tier, Long> tiers = backups.stream()
				.flatMap((backup) -> backup.tiers().stream())
				.collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
			return new BackupDescriptor(name, reading.at(), backups.size(), tiers,
					reading.newest(name).map(LatestBackupDescriptor::of).orElse(null),
					(failure != null) ? new BackupFailureDescriptor(failure.startedAt(), failure.reason()) : null);
		}

	}

	/**
	 * The newest backup of a name.
	 *
	 * @param size in bytes
	 */
	record LatestBackupDescriptor(String id, Instant startedAt, Duration duration, long size) {

		static LatestBackupDescriptor of(Backup backup) {
			return new LatestBackupDescriptor(backup.id(), backup.startedAt(), backup.duration(), backup.size());
		}

	}

	/**
	 * A backup that has failed.
	 */
	record BackupFailureDescriptor(Instant startedAt, String reason) {
	}

	/**
	 * The lock of a folder.
	 *
	 * @param folder its real path, as text: as a path it would be looked up on its volume
	 */
	record FilesystemLockDescriptor(String folder, long fencingToken) {
	}

}
