package io.clustercontroller.coordination.local;

import java.nio.file.Path;
import java.util.List;

import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.coordination.ConditionalOnCoordinator;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.TimeSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration for the coordinator that needs nothing but a folder.
 */
@AutoConfiguration
@ConditionalOnMissingBean(Coordinator.class)
@ConditionalOnCoordinator("local")
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
@EnableConfigurationProperties(LocalProperties.class)
public final class LocalCoordinatorAutoConfiguration {

	private static final String COORDINATOR = "cluster-controller.coordinator";

	private static final String HOSTS = "cluster-controller.etcd.hosts";

	@Bean
	LocalCoordinator localCoordinator(LocalProperties properties, ObjectProvider<TimeSource> time,
			Environment environment) {
		checkChoice(environment);
		Path directory = properties.directory();
		return new LocalCoordinator((directory != null) ? directory : BaseDirectory.standard(),
				time.getIfAvailable(() -> TimeSource.SYSTEM));
	}

	/**
	 * An application that was processed ahead of time evaluates no condition at its
	 * start: it has the coordinator that its build chose. Where etcd is meant now, each
	 * machine would have a master of its own.
	 */
	static void checkChoice(Environment environment) {
		String chosen = environment.getProperty(COORDINATOR, "").trim();
		List<String> hosts = Binder.get(environment).bind(HOSTS, Bindable.listOf(String.class)).orElse(null);
		boolean etcd = chosen.equalsIgnoreCase("auto") ? hosts != null && hosts.stream().anyMatch(StringUtils::hasText)
				: !chosen.equalsIgnoreCase("local");
		if (etcd) {
			throw new InvalidPropertyException(COORDINATOR, chosen,
					"it chooses etcd, but 'local' was chosen when this application was processed ahead of time",
					"Set 'cluster-controller.coordinator', or ETCD_HOSTS with 'auto', in the environment of the build as "
							+ "in the one of the start, or start with -Dspring.aot.enabled=false.");
		}
	}

}
