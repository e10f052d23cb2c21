package io.clustercontroller.history;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.MemberState;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.event.MasterChangedEvent;
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
 * An application with the starter, in this JVM, started as a user would.
 */
final class HistoryInstance implements AutoCloseable {

	/** Far more than anything here takes, however slow the machine is. */
	static final Duration LIMIT = Duration.ofSeconds(30);

	private final ConfigurableApplicationContext context;

	private HistoryInstance(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/** An instance of the service {@code web}; returns when it has its first role. */
	static HistoryInstance start(List<String> args) {
		SpringApplication spring = new SpringApplication(Application.class);
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
		return new HistoryInstance(spring
			.run(Stream.concat(args.stream(), Stream.of("--cluster-controller.service=web")).toArray(String[]::new)));
	}

	ClusterController controller() {
		return this.context.getBean(ClusterController.class);
	}

	Coordinator coordinator() {
		return this.context.getBean(Coordinator.class);
	}

	Records records() {
		return coordinator().records(controller().self().environment(), "web");
	}

	String id() {
		return controller().self().instanceId();
	}

	long token() {
		return controller().fencingToken().orElseThrow();
	}

	/** The token when it is master. */
	long awaitToken() {
		Awaitility.await("master")
			.atMost(LIMIT)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> controller().fencingToken().isPresent());
		return token();
	}

	/** The event that tells of the mastership with the token. */
	MasterChangedEvent awaitChange(long token) {
		return Awaitility.await("the event")
			.atMost(LIMIT)
			.until(() -> events(MasterChangedEvent.class).stream()
				.filter((event) -> event.fencingToken() == token)
				.findFirst(), Optional::isPresent)
			.orElseThrow();
	}

	List<MastershipEntry> history() {
		return this.context.getBean(ClusterHistory.class).masterships();
	}

	/** The history when it satisfies this. */
	List<MastershipEntry> awaitHistory(Consumer<List<MastershipEntry>> requirements) {
		Awaitility.await("the history")
			.atMost(LIMIT)
			.pollInterval(Duration.ofMillis(20))
			.untilAsserted(() -> requirements.accept(history()));
		return history();
	}

	/** Hand over to another instance, once there is one. */
	void stepDown(int members) {
		Awaitility.await(members + " members")
			.atMost(LIMIT)
			.until(() -> controller().members()
				.stream()
				.filter((member) -> member.state() == MemberState.ACTIVE)
				.count() == members);
		this.context.getBean(ClusterOperations.class).stepDown();
	}

	<T> List<T> events(Class<T> type) {
		return this.context.getBean(Heard.class).events.stream().filter(type::isInstance).map(type::cast).toList();
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
