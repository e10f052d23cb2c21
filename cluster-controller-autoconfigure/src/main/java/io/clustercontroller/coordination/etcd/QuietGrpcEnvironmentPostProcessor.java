package io.clustercontroller.coordination.etcd;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Keeps gRPC from logging a stack trace at each attempt to find a host that has no
 * address. The instance says by itself, in a line, why it cannot join, and goes on
 * trying. An application that wants the details sets the level again.
 */
class QuietGrpcEnvironmentPostProcessor implements EnvironmentPostProcessor {

	static final String PROPERTY_SOURCE_NAME = "clusterControllerLogging";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		environment.getPropertySources()
			.addLast(new MapPropertySource(PROPERTY_SOURCE_NAME,
					Map.of("logging.level.io.grpc.internal.ManagedChannelImpl", "error")));
	}

}
