package io.clustercontroller.neighbours;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Instances of an application on this machine, which share a folder.
 */
final class LocalService implements AutoCloseable {

	private final Class<?> application;

	private final Path directory;

	private final List<ConfigurableApplicationContext> instances = new ArrayList<>();

	LocalService(Class<?> application, Path directory) {
		this.application = application;
		this.directory = directory;
	}

	ConfigurableApplicationContext start(String service, String... arguments) {
		List<String> all = new ArrayList<>(List.of("--cluster-controller.environment=test",
				"--cluster-controller.service=" + service, "--cluster-controller.coordinator=local",
				"--cluster-controller.local.directory=" + this.directory, "--spring.main.banner-mode=off"));
		all.addAll(List.of(arguments));
		ConfigurableApplicationContext instance = new SpringApplicationBuilder(this.application)
			.web(WebApplicationType.NONE)
			.run(all.toArray(String[]::new));
		this.instances.add(instance);
		return instance;
	}

	@Override
	public void close() {
		this.instances.forEach(ConfigurableApplicationContext::close);
	}

}
