package io.clustercontroller.actuate;

import java.time.Duration;
import java.util.NoSuchElementException;

import io.clustercontroller.ClusterOperations;
import io.clustercontroller.OperationRefusedException;
import io.clustercontroller.backup.BackupOperations;
import io.clustercontroller.job.JobOperations;
import io.clustercontroller.job.JobStatus;
import io.clustercontroller.process.ServiceProcess;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.jmx.annotation.EndpointJmxExtension;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.Assert;

/**
 * What can be done to the cluster beside looking at it. Over JMX each method is an
 * operation; over HTTP {@link ClusterEndpointWebExtension} calls them. Both let them
 * through only where the access to the endpoint is unrestricted.
 * <p>
 * All but the history throw {@link OperationRefusedException} for what is refused and
 * {@link NoSuchElementException} for what does not exist, after which nothing has
 * changed, {@link IllegalArgumentException} for a value that cannot be used, and
 * {@link IllegalStateException} if the outcome is not known.
 */
@EndpointJmxExtension(endpoint = ClusterEndpoint.class)
final class ClusterEndpointOperations {

	private final ClusterEndpoint endpoint;

	private final ClusterOperations cluster;

	private final JobOperations jobs;

	private final BackupOperations backups;

	private final @Nullable ServiceProcess process;

	/**
	 * @param process the supervised service, or {@code null} if there is none
	 */
	ClusterEndpointOperations(ClusterEndpoint endpoint, ClusterOperations cluster, JobOperations jobs,
			BackupOperations backups, @Nullable ServiceProcess process) {
		this.endpoint = endpoint;
		this.cluster = cluster;
		this.jobs = jobs;
		this.backups = backups;
		this.process = process;
	}

	@ReadOperation
	HistoryDescriptor history() {
		return this.endpoint.history();
	}

	/** Waits until another member is master. */
	@WriteOperation
	void stepDown() {
		this.cluster.stepDown();
	}

	/** Waits until that member is master. */
	@WriteOperation
	void handOver(String instanceId) {
		this.cluster.handOver(instanceId);
	}

	/**
	 * @param expiry such as {@code 30m} or {@code PT30M}
	 */
	@WriteOperation
	void pause(String reason, String expiry) {
		this.cluster.pause(reason, duration(expiry));
	}

	@WriteOperation
	void resume() {
		this.cluster.resume();
	}

	/** Whether this instance stands for election. */
	@WriteOperation
	void setEligible(Boolean eligible) {
		this.cluster.setEligible(eligible);
	}

	@WriteOperation
	void pauseJob(String name, String reason) {
		this.jobs.pause(existing(name), reason);
	}

	@WriteOperation
	void resumeJob(String name) {
		this.jobs.resume(existing(name));
	}

	/** Does not wait for the run. */
	@WriteOperation
	void runJob(String name) {
		this.jobs.runNow(existing(name));
	}

	/** Does not wait for the backup. */
	@WriteOperation
	void takeBackup(String name) {
		if (!this.backups.names().contains(name)) {
			throw new NoSuchElementException(
					"No backup '%s' is configured. There are: %s".formatted(name, this.backups.names()));
		}
		this.backups.runNow(name);
	}

	/** Waits until the stop has begun, not for its end. */
	@WriteOperation
	void restartProcess() {
		if (this.process == null) {
			throw new NoSuchElementException("This instance supervises no service: no command is configured.");
		}
		this.process.restart();
	}

	private String existing(String job) {
		if (this.jobs.known().stream().map(JobStatus::name).noneMatch(job::equals)) {
			throw new NoSuchElementException("There is no job '%s'. There are: %s".formatted(job,
					this.jobs.known().stream().map(JobStatus::name).toList()));
		}
		return job;
	}

	/** A number alone would be milliseconds, which nobody means who pauses. */
	private static Duration duration(String text) {
		try {
			Assert.isTrue(!text.matches("\\d+"), "It has no unit");
			return DurationStyle.detectAndParse(text);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("'%s' is not a time: it has to be such as '30m' or '2h'".formatted(text),
					ex);
		}
	}

}
