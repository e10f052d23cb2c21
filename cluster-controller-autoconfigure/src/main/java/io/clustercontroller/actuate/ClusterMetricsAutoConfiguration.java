package io.clustercontroller.actuate;

import io.clustercontroller.ClusterController;
import io.clustercontroller.backup.BackupAutoConfiguration;
import io.clustercontroller.backup.BackupCatalog;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.engine.ClusterControllerAutoConfiguration;
import io.clustercontroller.filelock.FilesystemLocks;
import io.clustercontroller.filelock.FilesystemLocksAutoConfiguration;
import io.clustercontroller.process.ServiceProcess;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * {@link AutoConfiguration Auto-configuration} of the meters. Boot binds them to whatever
 * registry there is.
 */
@AutoConfiguration(after = { ClusterControllerAutoConfiguration.class, FilesystemLocksAutoConfiguration.class,
		BackupAutoConfiguration.class })
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(ClusterController.class)
@Import(MasterVacancyConfiguration.class)
public final class ClusterMetricsAutoConfiguration {

	@Bean
	EngineMeters clusterEngineMeters() {
		return new EngineMeters(TimeSource.SYSTEM);
	}

	@Bean
	ClusterMeters clusterMeters(ClusterController cluster, MasterVacancy vacancy) {
		return new ClusterMeters(cluster, vacancy);
	}

	@Bean
	@ConditionalOnBean(FilesystemLocks.class)
	WorkMeters clusterWorkMeters(FilesystemLocks locks, ObjectProvider<ServiceProcess> service) {
		return new WorkMeters(locks, service.getIfAvailable());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(BackupCatalog.class)
	@Import(KnownBackupsConfiguration.class)
	static class Backups {

		@Bean
		BackupMeters clusterBackupMeters(KnownBackups backups) {
			return new BackupMeters(backups, TimeSource.SYSTEM);
		}

	}

}
