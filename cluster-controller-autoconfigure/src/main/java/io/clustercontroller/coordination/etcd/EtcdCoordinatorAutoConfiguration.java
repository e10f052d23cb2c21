package io.clustercontroller.coordination.etcd;

import io.clustercontroller.coordination.ConditionalOnCoordinator;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.TimeSource;
import io.etcd.jetcd.Client;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
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
	@ConditionalOnMissingBean(EtcdConnectionDetails.class)
	PropertiesEtcdConnectionDetails etcdConnectionDetails(EtcdProperties properties,
			ObjectProvider<SslBundles> sslBundles) {
		return new PropertiesEtcdConnectionDetails(properties, sslBundles.getIfAvailable());
	}

	@Bean
	Coordinator etcdCoordinator(EtcdConnectionDetails connection) {
		return EtcdCoordinators.connect(connection, TimeSource.SYSTEM);
	}

}
