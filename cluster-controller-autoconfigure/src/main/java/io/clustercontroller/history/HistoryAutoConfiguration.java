package io.clustercontroller.history;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Member;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.TimeSource;

import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} of the history of the masterships.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
public final class HistoryAutoConfiguration {

	@Bean
	RecordedHistory clusterHistory(ClusterController cluster, Coordinator coordinator) {
		Member self = cluster.self();
		return new RecordedHistory(coordinator.records(self.environment(), self.service()), cluster, TimeSource.SYSTEM);
	}

	@Bean
	static LazyInitializationExcludeFilter historyLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(RecordedHistory.class);
	}

}
