package io.clustercontroller.process;

import io.clustercontroller.ClusterController;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.process.DependsOnAutoConfiguration.OnDependsOnCondition;

import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.OnPropertyListCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link AutoConfiguration Auto-configuration} of the wait for what the service depends
 * on.
 */
@AutoConfiguration
@Conditional(OnDependsOnCondition.class)
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
@EnableConfigurationProperties(DependsOnProperties.class)
public final class DependsOnAutoConfiguration {

	@Bean
	DependsOnLifecycle dependsOnLifecycle(DependsOnProperties properties, ClusterController cluster) {
		return new DependsOnLifecycle(properties, cluster, TimeSource.SYSTEM);
	}

	@Bean
	static LazyInitializationExcludeFilter dependsOnLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(DependsOnLifecycle.class);
	}

	/** The list may be given in one text or element by element. */
	static class OnDependsOnCondition extends OnPropertyListCondition {

		OnDependsOnCondition() {
			super(DependsOnProperties.DEPENDS_ON, () -> ConditionMessage.forCondition("Depends On"));
		}

	}

}
