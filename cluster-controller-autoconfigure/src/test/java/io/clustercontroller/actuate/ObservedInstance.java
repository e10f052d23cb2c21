package io.clustercontroller.actuate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.clustercontroller.ClusterController;
import io.clustercontroller.testing.EtcdProcess;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.IndicatedHealthDescriptor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;

/**
 * A web application with the starter, health and meters in this JVM, started as a user
 * would. Boot may cache its health as long as it likes.
 */
final class ObservedInstance implements AutoCloseable {

	/** Far more than anything here takes, however slow the machine is. */
	static final Duration LIMIT = Duration.ofSeconds(30);

	private static final HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();

	private final ConfigurableApplicationContext context;

	private ObservedInstance(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/** In a local cluster below a directory; returns when the application is up. */
	static ObservedInstance start(Path directory, String... args) {
		return start(Map.of("cluster-controller.coordinator", "local", "cluster-controller.local.directory",
				directory.resolve("cluster").toString(), "cluster-controller.environment", "test",
				"cluster-controller.backup.destination-folder", directory.resolve("backup").toString()), args);
	}

	static ObservedInstance start(EtcdProcess etcd, String... args) {
		return start(Map.of("cluster-controller.etcd.hosts", etcd.endpoint(), "cluster-controller.environment",
				etcd.newEnvironment()), args);
	}

	private static ObservedInstance start(Map<String, Object> cluster, String... args) {
		SpringApplication spring = new SpringApplication(Application.class);
		spring.setBannerMode(Banner.Mode.OFF);
		spring.setLogStartupInfo(false);
		spring.setRegisterShutdownHook(false);
		spring.setEnvironment(new StandardEnvironment() {

			/** Variables of the machine the tests run on are of no concern. */
			@Override
			public Map<String, Object> getSystemEnvironment() {
				return Map.of();
			}

		});
		Map<String, Object> defaults = new HashMap<>(cluster);
		defaults.put("cluster-controller.service", "web");
		defaults.put("management.endpoint.health.show-details", "always");
		defaults.put("management.endpoint.health.cache.time-to-live", "1h");
		defaults.put("server.address", "127.0.0.1");
		defaults.put("server.port", "0");
		spring.setDefaultProperties(defaults);
		return new ObservedInstance(spring.run(args));
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	ClusterController controller() {
		return bean(ClusterController.class);
	}

	PrometheusMeterRegistry meters() {
		return bean(PrometheusMeterRegistry.class);
	}

	/** The status code that a load balancer gets for a group. */
	int httpStatus(String group) {
		String port = this.context.getEnvironment().getRequiredProperty("local.server.port");
		try {
			return client
				.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/health/" + group))
					.timeout(LIMIT)
					.build(), BodyHandlers.discarding())
				.statusCode();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	HealthDescriptor health(String... path) {
		return (path.length == 0) ? bean(HealthEndpoint.class).health()
				: bean(HealthEndpoint.class).healthForPath(path);
	}

	/** What a contributor says of itself. */
	Map<String, Object> details(String contributor) {
		return ((IndicatedHealthDescriptor) health(contributor)).getDetails();
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
