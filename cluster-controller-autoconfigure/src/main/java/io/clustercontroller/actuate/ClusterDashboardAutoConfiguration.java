package io.clustercontroller.actuate;

import java.util.List;

import io.clustercontroller.actuate.ClusterDashboardAutoConfiguration.Hints;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMapper;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.StringUtils;

/**
 * {@link AutoConfiguration Auto-configuration} of the page for people, where it is
 * exposed. Whether the endpoint {@code cluster} is exposed, too, the page says itself.
 */
@AutoConfiguration
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
@ConditionalOnAvailableEndpoint(endpoint = ClusterDashboardEndpoint.class, exposure = EndpointExposure.WEB)
@ImportRuntimeHints(Hints.class)
public final class ClusterDashboardAutoConfiguration {

	@Bean
	ClusterDashboardEndpoint clusterDashboardEndpoint(ObjectProvider<PathMapper> mappers) {
		List<PathMapper> paths = mappers.orderedStream().toList();
		String page = PathMapper.getRootPath(paths, EndpointId.of("clusterdashboard"));
		String cluster = PathMapper.getRootPath(paths, EndpointId.of("cluster"));
		return new ClusterDashboardEndpoint("../".repeat(StringUtils.countOccurrencesOf(page, "/")) + cluster);
	}

	/** A native image leaves out what it does not know to be read. */
	static class Hints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			hints.resources()
				.registerResource(new ClassPathResource(ClusterDashboardEndpoint.PAGE, ClusterDashboardEndpoint.class));
		}

	}

}
