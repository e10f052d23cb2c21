package io.clustercontroller.integration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What Spring Integration is told.
 *
 * @param role Role that the master has for Spring Integration, whose endpoints with this
 * role run on the master only.
 */
@ConfigurationProperties("cluster-controller.integration")
record IntegrationProperties(@DefaultValue("master") String role) {
}
