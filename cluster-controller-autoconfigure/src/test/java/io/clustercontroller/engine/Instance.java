package io.clustercontroller.engine;

import java.util.function.Predicate;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import org.awaitility.Awaitility;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * An application with the starter in this JVM, started by {@code SpringApplication} as a
 * user would, with a listener that notes all events.
 */
final class Instance implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private Instance(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Start an instance of the service {@code web}; returns when {@code run} has.
	 * @param args command-line arguments, which may override the service
	 */
	static Instance start(String... args) {
		return start(Application.class, args);
	}

	static Instance start(Class<?> application, String... args) {
		return new Instance(TestStart.withoutVariables().with("SERVICE", "web").run(application, args));
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	ClusterController controller() {
		return this.context.getBean(ClusterController.class);
	}

	ClusterOperations operations() {
		return this.context.getBean(ClusterOperations.class);
	}

	HeardEvents events() {
		return this.context.getBean(HeardEvents.class);
	}

	String id() {
		return controller().self().instanceId();
	}

	/** Wait until it sees so many members, all of them active. */
	Instance awaitActiveMembers(int count) {
		Awaitility.await()
			.atMost(HeardEvents.LIMIT)
			.until(() -> controller().members()
				.stream()
				.filter((member) -> member.state() == MemberState.ACTIVE)
				.count() == count);
		return this;
	}

	/** Wait until it sees a member like that. */
	void awaitMember(String instanceId, Predicate<Member> wanted) {
		Awaitility.await("member " + instanceId)
			.atMost(HeardEvents.LIMIT)
			.until(() -> controller().members()
				.stream()
				.anyMatch((member) -> member.instanceId().equals(instanceId) && wanted.test(member)));
	}

	/** Wait until it sees a master. */
	void awaitMaster() {
		Awaitility.await("a master").atMost(HeardEvents.LIMIT).until(() -> controller().master().isPresent());
	}

	Instance awaitMaster(String instanceId) {
		Awaitility.await("master " + instanceId)
			.atMost(HeardEvents.LIMIT)
			.until(() -> controller().master().filter((master) -> master.instanceId().equals(instanceId)).isPresent());
		return this;
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(HeardEvents.class)
	static class Application {

	}

}
