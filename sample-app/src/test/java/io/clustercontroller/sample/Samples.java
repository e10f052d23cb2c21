package io.clustercontroller.sample;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts the sample in this JVM, on the local coordinator, as the command line would.
 */
final class Samples {

	private Samples() {
	}

	static ConfigurableApplicationContext start(Path directory, String... arguments) {
		List<String> all = new ArrayList<>(
				List.of("--cluster-controller.coordinator=local", "--cluster-controller.local.directory=" + directory,
						"--sample.folder=" + directory.resolve("sample"), "--cluster-controller.environment=test",
						"--cluster-controller.service=sample", "--spring.main.register-shutdown-hook=false"));
		all.addAll(List.of(arguments));
		return SpringApplication.run(SampleApplication.class, all.toArray(String[]::new));
	}

	static int port(ConfigurableApplicationContext instance) {
		return ((WebServerApplicationContext) instance).getWebServer().getPort();
	}

}
