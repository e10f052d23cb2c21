package io.clustercontroller.discovery;

import io.clustercontroller.ClusterController;

import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.client.ConditionalOnBlockingDiscoveryEnabled;
import org.springframework.cloud.client.ConditionalOnDiscoveryEnabled;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} of the discovery of members by Spring
 * Cloud.
 */
@AutoConfiguration(beforeName = { "org.springframework.cloud.client.CommonsClientAutoConfiguration",
		"org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClientAutoConfiguration" })
@ConditionalOnClass(DiscoveryClient.class)
@ConditionalOnDiscoveryEnabled
@ConditionalOnBlockingDiscoveryEnabled
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
public final class DiscoveryAutoConfiguration {

	@Bean
	ClusterDiscoveryClient clusterDiscoveryClient(ClusterController cluster) {
		return new ClusterDiscoveryClient(cluster);
	}

	@Bean
	DiscoveryHeartbeat clusterDiscoveryHeartbeat(ApplicationEventPublisher publisher) {
		return new DiscoveryHeartbeat(publisher);
	}

	@Bean
	static LazyInitializationExcludeFilter discoveryHeartbeatLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(DiscoveryHeartbeat.class);
	}

}
