package io.clustercontroller.coordination.local;

import java.nio.file.Path;

import io.clustercontroller.coordination.ConditionalOnCoordinator;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.TimeSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the coordinator that needs nothing but a folder.
 */
@AutoConfiguration
@ConditionalOnMissingBean(Coordinator.class)
@ConditionalOnCoordinator("local")
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
@EnableConfigurationProperties(LocalProperties.class)
public final class LocalCoordinatorAutoConfiguration {

	@Bean
	LocalCoordinator localCoordinator(LocalProperties properties, ObjectProvider<TimeSource> time) {
		Path directory = properties.directory();
		return new LocalCoordinator((directory != null) ? directory : BaseDirectory.standard(),
				time.getIfAvailable(() -> TimeSource.SYSTEM));
	}

}
