package io.clustercontroller.sample;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.backup.Backup;
import io.clustercontroller.event.ProcessExitedEvent;
import io.clustercontroller.job.JobStatus;
import io.clustercontroller.process.ServiceProcess;
import io.clustercontroller.sample.ClusterListener.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What this instance knows, for people and programs to read.
 *
 * @param fencingToken present while this instance is master
 * @param master the id of the master, or {@code null} while there is none
 * @param ports where the service answers when it is active
 * @param process the service process, or {@code null} if none is supervised
 * @param jobs the jobs of the service, or {@code null} while their ledger cannot be read
 * @param backups what backups there are, the newest first
 * @param events what has happened, the newest first
 */
record ClusterStatus(String environment, String service, String instanceId, String container, Role role,
		boolean isMaster, @Nullable Long fencingToken, MemberState state, @Nullable String master, List<Integer> ports,
		@Nullable ProcessStatus process, List<Member> members, @Nullable List<JobStatus> jobs, List<Backup> backups,
		List<Entry> events) {

	static ClusterStatus of(ClusterController cluster, @Nullable ServiceProcess process, @Nullable List<JobStatus> jobs,
			List<Backup> backups, List<Entry> events) {
		Member self = cluster.self();
		return new ClusterStatus(self.environment(), self.service(), self.instanceId(), self.container(), self.role(),
				cluster.isMaster(), value(cluster.fencingToken()), self.state(),
				cluster.master().map(Member::instanceId).orElse(null), self.ports(),
				(process != null) ? ProcessStatus.of(process) : null, cluster.members(), jobs, backups, events);
	}

	private static @Nullable Long value(OptionalLong value) {
		return value.isPresent() ? value.getAsLong() : null;
	}

	/**
	 * What is known of the service process.
	 *
	 * @param pid its process id, or {@code null} while it does not run
	 * @param lastExit how it ended last, or {@code null} if it never has
	 */
	record ProcessStatus(@Nullable Long pid, Duration uptime, int restarts, @Nullable ProcessExitedEvent lastExit) {

		static ProcessStatus of(ServiceProcess process) {
			return new ProcessStatus(value(process.pid()), process.uptime().truncatedTo(ChronoUnit.SECONDS),
					process.restarts(), process.lastExit().orElse(null));
		}

	}

}
