package io.clustercontroller.backup;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterTimings;
import io.clustercontroller.command.Commands;
import io.clustercontroller.command.InheritedEnvironment;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.ClusterEvents;
import io.clustercontroller.filelock.FilesystemLocks;
import io.clustercontroller.job.JobOperations;
import io.clustercontroller.job.JobRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * {@link AutoConfiguration Auto-configuration} of the backups.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
@EnableConfigurationProperties(BackupProperties.class)
public final class BackupAutoConfiguration {

	@Bean
	BackupRunner backupService(BackupProperties properties, FilesystemLocks locks, ObjectProvider<Commands> commands,
			Environment environment, ClusterController cluster, ClusterTimings timings, ClusterEvents events,
			ObjectProvider<TimeSource> time) {
		return new BackupRunner(properties, locks, commands::getObject,
				InheritedEnvironment.of(System.getenv(), environment), cluster, timings, events,
				time.getIfAvailable(() -> TimeSource.SYSTEM));
	}

	@Bean
	BackupLifecycle backupLifecycle(BackupRunner runner, ClusterTimings timings, ObjectProvider<TimeSource> time) {
		return new BackupLifecycle(runner, timings, time.getIfAvailable(() -> TimeSource.SYSTEM));
	}

	@Bean
	BackupJobs backupJobs(BackupProperties properties, BackupService service, JobRegistry registry,
			JobOperations jobs) {
		return new BackupJobs(properties, service, registry, jobs);
	}

	@Bean
	BackupCatalog backupCatalog(BackupProperties properties, ObjectProvider<TimeSource> time) {
		return new FolderCatalog(properties, time.getIfAvailable(() -> TimeSource.SYSTEM));
	}

	@Bean
	static LazyInitializationExcludeFilter backupLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(BackupLifecycle.class, BackupJobs.class);
	}

}
