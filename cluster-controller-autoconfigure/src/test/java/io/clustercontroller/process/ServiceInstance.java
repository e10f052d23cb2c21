package io.clustercontroller.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import org.awaitility.Awaitility;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.StandardEnvironment;

/**
 * An application with a supervised service in this JVM, in a local cluster below a
 * directory, where its service runs, too. Its service must not end by itself, unless it
 * is restarted: this would end the JVM of the tests.
 */
final class ServiceInstance implements AutoCloseable {

	/** Far more than anything here takes, however slow the machine is. */
	static final Duration LIMIT = Duration.ofSeconds(30);

	/** A service that does nothing, and ends when it is asked to. */
	static final String IDLE = "sleep 1000";

	private final ConfigurableApplicationContext context;

	private ServiceInstance(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static ServiceInstance start(Path directory, String command, String... args) {
		return start(Application.class, directory, command, args);
	}

	/**
	 * Start an instance of the service {@code web}; returns when {@code run} has.
	 * @param args properties of the process, without the prefix, or whole ones with it
	 */
	static ServiceInstance start(Class<?> application, Path directory, String command, String... args) {
		return start(application, Map.of("SERVICE_COMMAND", command), directory, args);
	}

	static ServiceInstance start(Class<?> application, Map<String, Object> variables, Path directory, String... args) {
		SpringApplication spring = new SpringApplication(application);
		spring.setWebApplicationType(WebApplicationType.NONE);
		spring.setBannerMode(Banner.Mode.OFF);
		spring.setRegisterShutdownHook(false);
		spring.setEnvironment(new StandardEnvironment() {

			@Override
			public Map<String, Object> getSystemEnvironment() {
				return variables;
			}

		});
		Map<String, Object> defaults = new HashMap<>(Map.of("cluster-controller.environment", "test",
				"cluster-controller.service", "web", "cluster-controller.coordinator", "local",
				"cluster-controller.local.directory", directory.resolve("cluster").toString()));
		defaults.put("cluster-controller.process.working-directory", directory.toString());
		spring.setDefaultProperties(defaults);
		return new ServiceInstance(spring.run(List.of(args)
			.stream()
			.map((arg) -> arg.startsWith("--") ? arg : "--cluster-controller.process." + arg)
			.toArray(String[]::new)));
	}

	/** The text of a file that is written to its end. */
	static String read(Path file) {
		Awaitility.await("the file " + file.getFileName())
			.pollInterval(Duration.ofMillis(5))
			.atMost(LIMIT)
			.until(() -> Files.exists(file) && Files.readString(file).endsWith("\n"));
		return contents(file);
	}

	/** The lines of a file, once there are so many. */
	static List<String> lines(Path file, int count) {
		Awaitility.await(count + " lines in " + file.getFileName())
			.pollInterval(Duration.ofMillis(5))
			.atMost(LIMIT)
			.until(() -> Files.exists(file) && contents(file).lines().count() >= count);
		return contents(file).lines().toList();
	}

	private static String contents(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	ServiceProcess service() {
		return this.context.getBean(ServiceProcess.class);
	}

	ClusterController controller() {
		return this.context.getBean(ClusterController.class);
	}

	/** Hand over to the other instance, and wait until this one knows of it. */
	void stepDown() {
		Awaitility.await("a candidate").atMost(LIMIT).until(() -> controller().members().size() > 1);
		this.context.getBean(ClusterOperations.class).stepDown();
	}

	/** The pid of the running service; waits until there is one that matches. */
	long awaitPid(Predicate<Long> predicate) {
		Awaitility.await("a service process")
			.pollInterval(Duration.ofMillis(5))
			.atMost(LIMIT)
			.until(() -> service().pid().isPresent() && predicate.test(service().pid().orElse(0)));
		return service().pid().orElseThrow();
	}

	<T> List<T> events(Class<T> type) {
		return this.context.getBean(Heard.class).events.stream().filter(type::isInstance).map(type::cast).toList();
	}

	/** The kinds of events heard so far, in order. */
	List<String> kinds() {
		return this.context.getBean(Heard.class).events.stream()
			.map((event) -> event.getClass().getSimpleName())
			.toList();
	}

	/** So many events of the type. */
	<T> List<T> await(Class<T> type, int count) {
		Awaitility.await(count + " of " + type.getSimpleName())
			.pollInterval(Duration.ofMillis(5))
			.atMost(LIMIT)
			.until(() -> events(type).size() >= count);
		return events(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

	/** Notes every event of the cluster. */
	static final class Heard {

		private final List<Object> events = new CopyOnWriteArrayList<>();

		@EventListener(condition = "#a0.class.packageName == 'io.clustercontroller.event'")
		@Order(Ordered.HIGHEST_PRECEDENCE)
		void note(Object event) {
			this.events.add(event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Heard.class)
	static class Application {

	}

}
