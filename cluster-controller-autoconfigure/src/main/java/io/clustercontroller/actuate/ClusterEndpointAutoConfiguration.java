package io.clustercontroller.actuate;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.ClusterTimings;
import io.clustercontroller.backup.BackupAutoConfiguration;
import io.clustercontroller.backup.BackupOperations;
import io.clustercontroller.engine.ClusterControllerAutoConfiguration;
import io.clustercontroller.filelock.FilesystemLocks;
import io.clustercontroller.filelock.FilesystemLocksAutoConfiguration;
import io.clustercontroller.history.ClusterHistory;
import io.clustercontroller.history.HistoryAutoConfiguration;
import io.clustercontroller.job.JobAutoConfiguration;
import io.clustercontroller.job.JobOperations;
import io.clustercontroller.process.ProcessAutoConfiguration;
import io.clustercontroller.process.ServiceProcess;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * {@link AutoConfiguration Auto-configuration} of the endpoint {@code cluster}, where it
 * is exposed.
 */
@AutoConfiguration(after = { ClusterControllerAutoConfiguration.class, HistoryAutoConfiguration.class,
		FilesystemLocksAutoConfiguration.class, JobAutoConfiguration.class, BackupAutoConfiguration.class,
		ProcessAutoConfiguration.class })
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
@ConditionalOnAvailableEndpoint(ClusterEndpoint.class)
@Import(KnownBackupsConfiguration.class)
public final class ClusterEndpointAutoConfiguration {

	@Bean
	ClusterEndpoint clusterEndpoint(ClusterController controller, ClusterTimings timings, ClusterHistory history,
			JobOperations jobs, ObjectProvider<ServiceProcess> process, BackupOperations backups, KnownBackups known,
			FilesystemLocks locks, EndpointAccessResolver access) {
		return new ClusterEndpoint(controller, timings, history, jobs, process.getIfAvailable(), backups, known, locks,
				access.accessFor(EndpointId.of("cluster"), Access.READ_ONLY));
	}

	@Bean
	ClusterEndpointOperations clusterEndpointOperations(ClusterEndpoint endpoint, ClusterOperations cluster,
			JobOperations jobs, BackupOperations backups, ObjectProvider<ServiceProcess> process) {
		return new ClusterEndpointOperations(endpoint, cluster, jobs, backups, process.getIfAvailable());
	}

	@Bean
	ClusterEndpointWebExtension clusterEndpointWebExtension(ClusterEndpointOperations operations) {
		return new ClusterEndpointWebExtension(operations);
	}

}
