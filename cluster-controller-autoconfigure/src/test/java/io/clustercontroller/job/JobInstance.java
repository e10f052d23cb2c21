package io.clustercontroller.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.MemberState;
import io.clustercontroller.testing.EtcdProcess;
import org.awaitility.Awaitility;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.StandardEnvironment;

/**
 * An application with the starter and with jobs, in this JVM, started as a user would.
 */
final class JobInstance implements AutoCloseable {

	/** Far more than anything here takes, however slow the machine is. */
	static final Duration LIMIT = Duration.ofSeconds(30);

	private final ConfigurableApplicationContext context;

	private JobInstance(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/** In a local cluster below a directory; returns when the application is up. */
	static JobInstance start(Path directory, Class<?> application, String... args) {
		return start(
				Map.of("cluster-controller.coordinator", "local", "cluster-controller.local.directory",
						directory.resolve("cluster").toString(), "cluster-controller.environment", "test"),
				application, args);
	}

	static JobInstance start(EtcdProcess etcd, String environment, Class<?> application, String... args) {
		return start(
				Map.of("cluster-controller.etcd.hosts", etcd.endpoint(), "cluster-controller.environment", environment),
				application, args);
	}

	private static JobInstance start(Map<String, Object> cluster, Class<?> application, String... args) {
		SpringApplication spring = new SpringApplication(Application.class, application);
		spring.setWebApplicationType(WebApplicationType.NONE);
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
		spring.setDefaultProperties(defaults);
		return new JobInstance(spring.run(args));
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

	JobOperations operations() {
		return bean(JobOperations.class);
	}

	String id() {
		return controller().self().instanceId();
	}

	/** The one job there is. */
	JobStatus job() {
		return operations().jobs().get(0);
	}

	/** Wait until it sees so many members at work, so that a hand-over finds one. */
	JobInstance awaitMembers(int count) {
		Awaitility.await(count + " members")
			.atMost(LIMIT)
			.until(() -> controller().members()
				.stream()
				.filter((member) -> member.state() == MemberState.ACTIVE)
				.count() == count);
		return this;
	}

	/** Hand over to the other instance. */
	void stepDown() {
		awaitMembers(2);
		bean(ClusterOperations.class).stepDown();
	}

	<T> List<T> events(Class<T> type) {
		return bean(Heard.class).events.stream().filter(type::isInstance).map(type::cast).toList();
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
