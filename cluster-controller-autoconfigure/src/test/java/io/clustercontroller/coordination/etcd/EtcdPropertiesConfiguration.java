package io.clustercontroller.coordination.etcd;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;

/**
 * Binds and checks the properties of etcd for tests in other packages.
 */
@EnableConfigurationProperties(EtcdProperties.class)
public class EtcdPropertiesConfiguration {

	@Bean
	EtcdConnectionDetails etcdConnectionDetails(EtcdProperties properties, ObjectProvider<SslBundles> sslBundles) {
		return new PropertiesEtcdConnectionDetails(properties, sslBundles.getIfAvailable());
	}

}
