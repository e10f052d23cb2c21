package io.clustercontroller.integration;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;

import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.integration.leader.event.DefaultLeaderEventPublisher;
import org.springframework.integration.leader.event.LeaderEventPublisher;

/**
 * {@link AutoConfiguration Auto-configuration} of the leader events of Spring
 * Integration.
 */
@AutoConfiguration
@ConditionalOnClass(LeaderEventPublisher.class)
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
@EnableConfigurationProperties(IntegrationProperties.class)
public final class SpringIntegrationAutoConfiguration {

	@Bean
	LeaderEvents clusterLeaderEvents(ClusterController cluster, ClusterOperations operations,
			IntegrationProperties properties, ApplicationEventPublisher publisher) {
		return new LeaderEvents(new DefaultLeaderEventPublisher(publisher), cluster, operations, properties.role());
	}

	@Bean
	static LazyInitializationExcludeFilter leaderEventsLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(LeaderEvents.class);
	}

}
