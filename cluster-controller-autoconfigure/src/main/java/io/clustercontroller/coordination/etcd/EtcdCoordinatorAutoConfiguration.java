package io.clustercontroller.coordination.etcd;

import io.clustercontroller.coordination.ConditionalOnCoordinator;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.TimeSource;
import io.etcd.jetcd.Client;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} of coordination through etcd.
 */
@AutoConfiguration
@ConditionalOnClass(Client.class)
@ConditionalOnCoordinator("etcd")
@ConditionalOnMissingBean(Coordinator.class)
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
@EnableConfigurationProperties(EtcdProperties.class)
public final class EtcdCoordinatorAutoConfiguration {

	@Bean
	Coordinator etcdCoordinator(EtcdProperties properties) {
		return EtcdCoordinators.connect(properties, TimeSource.SYSTEM);
	}

}
