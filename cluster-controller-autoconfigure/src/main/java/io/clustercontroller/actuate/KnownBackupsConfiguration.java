package io.clustercontroller.actuate;

import io.clustercontroller.backup.BackupCatalog;
import io.clustercontroller.coordination.TimeSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * For the endpoint and the meters alike, of which an application may have either.
 */
@Configuration(proxyBeanMethods = false)
class KnownBackupsConfiguration {

	@Bean
	KnownBackups clusterKnownBackups(BackupCatalog catalog, ObjectProvider<TimeSource> time) {
		return new KnownBackups(catalog, time.getIfAvailable(() -> TimeSource.SYSTEM));
	}

}
