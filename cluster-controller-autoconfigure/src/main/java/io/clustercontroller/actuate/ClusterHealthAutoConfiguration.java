package io.clustercontroller.actuate;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterTimings;
import io.clustercontroller.coordination.EngineHeartbeat;
import io.clustercontroller.engine.ClusterControllerAutoConfiguration;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * {@link AutoConfiguration Auto-configuration} of the health of an instance, and of the
 * groups of it that load balancers and probes ask for.
 */
@AutoConfiguration(after = ClusterControllerAutoConfiguration.class)
@ConditionalOnClass(HealthContributor.class)
@ConditionalOnBean(ClusterController.class)
@ConditionalOnEnabledHealthIndicator("cluster")
@EnableConfigurationProperties(ClusterHealthProperties.class)
@Import(MasterVacancyConfiguration.class)
public final class ClusterHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "clusterHealthIndicator", "clusterHealthContributor" })
	ClusterHealthIndicator clusterHealthIndicator(ClusterController cluster, MasterVacancy vacancy,
			ClusterHealthProperties properties, ClusterTimings timings) {
		return new ClusterHealthIndicator(cluster, vacancy, properties.withoutMasterLimit(timings));
	}

	@Bean
	EngineHealthIndicator clusterEngineHealthIndicator(EngineHeartbeat heartbeat, ClusterTimings timings) {
		return new EngineHealthIndicator(heartbeat, timings.ttl());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Endpoint.class)
	static class Groups {

		@Bean
		ClusterHealthGroupsPostProcessor clusterHealthGroupsPostProcessor(ClusterController cluster,
				BeanFactory beanFactory, Environment environment) {
			return new ClusterHealthGroupsPostProcessor(cluster, (name) -> isContributor(name, beanFactory),
					environment.getProperty("management.endpoint.health.probes.enabled", Boolean.class, true));
		}

		/** By the names that Boot derives from those of beans. */
		private static boolean isContributor(String name, BeanFactory beans) {
			return beans.containsBean(name + "HealthIndicator") || beans.containsBean(name + "HealthContributor")
					|| (beans.containsBean(name) && beans.isTypeMatch(name, HealthContributor.class));
		}

	}

}
