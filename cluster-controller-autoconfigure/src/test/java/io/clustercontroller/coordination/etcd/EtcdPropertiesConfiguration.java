package io.clustercontroller.coordination.etcd;

import org.springframework.boot.context.properties.EnableConfigurationProperties;

/**
 * Binds the properties of etcd for tests in other packages.
 */
@EnableConfigurationProperties(EtcdProperties.class)
public class EtcdPropertiesConfiguration {

}
