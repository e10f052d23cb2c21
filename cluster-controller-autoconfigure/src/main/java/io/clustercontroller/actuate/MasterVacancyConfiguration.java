package io.clustercontroller.actuate;

import io.clustercontroller.ClusterController;
import io.clustercontroller.coordination.TimeSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * For health and meters alike, of which an application may have either.
 */
@Configuration(proxyBeanMethods = false)
class MasterVacancyConfiguration {

	@Bean
	MasterVacancy clusterMasterVacancy(ClusterController cluster) {
		return new MasterVacancy(cluster, TimeSource.SYSTEM);
	}

}
