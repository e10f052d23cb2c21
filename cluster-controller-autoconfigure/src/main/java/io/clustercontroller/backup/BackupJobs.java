package io.clustercontroller.backup;

import java.util.List;

import io.clustercontroller.backup.BackupProperties.Job;
import io.clustercontroller.job.JobDefinition;
import io.clustercontroller.job.JobOperations;
import io.clustercontroller.job.JobRegistry;
import io.clustercontroller.job.Misfire;

import org.springframework.beans.factory.InitializingBean;

/**
 * Registers the backups that stand in the configuration as jobs, named {@code backup-}
 * and their name. One that was missed, as there was no master, is taken as soon as there
 * is one.
 */
final class BackupJobs implements BackupOperations, InitializingBean {

	private static final String PREFIX = "backup-";

	private final BackupProperties properties;

	private final BackupService service;

	private final JobRegistry registry;

	private final JobOperations jobs;

	BackupJobs(BackupProperties properties, BackupService service, JobRegistry registry, JobOperations jobs) {
		this.properties = properties;
		this.service = service;
		this.registry = registry;
		this.jobs = jobs;
	}

	@Override
	public void afterPropertiesSet() {
		for (Job job : this.properties.jobs()) {
			BackupRequest request = job.request();
			this.registry.register(new JobDefinition(PREFIX + request.name(), job.schedule(), this.properties.zoneId(),
					Misfire.RUN_ONCE), () -> take(request));
		}
	}

	@Override
	public List<String> names() {
		return this.properties.jobs().stream().map((job) -> job.request().name()).toList();
	}

	@Override
	public void runNow(String name) {
		if (!names().contains(name)) {
			throw new IllegalArgumentException("No backup '%s' is configured. There are: %s".formatted(name,
					names().isEmpty() ? "none" : String.join(", ", names())));
		}
		this.jobs.runNow(PREFIX + name);
	}

	/** One that is skipped does not stand in the ledger as if it had been taken. */
	private void take(BackupRequest request) {
		if (this.service.run(request) instanceof BackupResult.Skipped skipped) {
			throw new IllegalStateException("Skipped: " + skipped.reason());
		}
	}

}
