package io.clustercontroller.actuate;

import io.clustercontroller.ClusterController;
import io.clustercontroller.engine.ClusterControllerAutoConfiguration;

import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} of the availability of the application.
 */
@AutoConfiguration(after = ClusterControllerAutoConfiguration.class)
@ConditionalOnBean(ClusterController.class)
public final class ClusterAvailabilityAutoConfiguration {

	@Bean
	ReadinessByState clusterReadiness(ClusterController cluster, ApplicationContext context) {
		return new ReadinessByState(cluster, context);
	}

	/** What keeps the last event has to hear it before the one who corrects it. */
	@Bean
	static LazyInitializationExcludeFilter clusterAvailabilityLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(ApplicationAvailabilityBean.class, ReadinessByState.class);
	}

}
