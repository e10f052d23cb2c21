package io.clustercontroller.engine;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.ClusterTimings;
import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.EngineHeartbeat;
import io.clustercontroller.coordination.InstanceLocks;
import io.clustercontroller.event.ClusterEvents;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} of the controller: joins the service when
 * the application starts, takes part in the election, leaves when it stops.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ClusterProperties.class)
public final class ClusterControllerAutoConfiguration {

	@Bean
	ClusterLifecycle clusterLifecycle(ClusterProperties properties, ObjectProvider<Coordinator> coordinator,
			ApplicationContext context) {
		return new ClusterLifecycle(properties, coordinator.getIfAvailable(() -> {
			throw new InvalidPropertyException("cluster-controller.coordinator", properties.coordinator(),
					"there is nothing on the class path for it",
					"Depend on 'io.clustercontroller:cluster-controller-starter', which brings jetcd, or define a bean "
							+ "of type Coordinator.");
		}), context);
	}

	@Bean
	ClusterController clusterController(ClusterLifecycle lifecycle) {
		return lifecycle.controller();
	}

	@Bean
	ClusterOperations clusterOperations(ClusterLifecycle lifecycle) {
		return lifecycle.operations();
	}

	@Bean
	PortWatch clusterPortWatch(ClusterLifecycle lifecycle) {
		return lifecycle.portWatch();
	}

	@Bean
	InstanceLocks clusterInstanceLocks(ClusterLifecycle lifecycle) {
		return lifecycle.locks();
	}

	@Bean
	EngineHeartbeat clusterEngineHeartbeat(ClusterLifecycle lifecycle) {
		return lifecycle.heartbeat();
	}

	@Bean
	ClusterEvents clusterEvents(ClusterLifecycle lifecycle) {
		return lifecycle.events();
	}

	@Bean
	ClusterTimings clusterTimings(ClusterProperties properties) {
		return properties.timings();
	}

	@Bean
	static LazyInitializationExcludeFilter clusterLifecycleLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(ClusterLifecycle.class, PortWatch.class);
	}

}
