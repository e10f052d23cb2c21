package io.clustercontroller.filelock;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterTimings;
import io.clustercontroller.coordination.InstanceLocks;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.ClusterEvents;

import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} of the locks on shared volumes.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
@EnableConfigurationProperties(FilesystemLocksProperties.class)
public final class FilesystemLocksAutoConfiguration {

	@Bean
	KeptLocks filesystemLocks(FilesystemLocksProperties properties, ClusterController cluster,
			InstanceLocks sessionLocks, ClusterTimings timings, ClusterEvents events) {
		return new KeptLocks(
				new FolderLocks(cluster, sessionLocks, timings, events, TimeSource.SYSTEM, properties.names()),
				timings.leaveLimit());
	}

	@Bean
	FilesystemLocksLifecycle filesystemLocksLifecycle(FilesystemLocksProperties properties, KeptLocks locks) {
		return new FilesystemLocksLifecycle(locks, properties.folders());
	}

	@Bean
	FilesystemLocksGate filesystemLocksGate(FilesystemLocksProperties properties, KeptLocks locks) {
		return new FilesystemLocksGate(properties, locks, TimeSource.SYSTEM);
	}

	@Bean
	static LazyInitializationExcludeFilter filesystemLocksLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(FilesystemLocksLifecycle.class, FilesystemLocksGate.class);
	}

}
