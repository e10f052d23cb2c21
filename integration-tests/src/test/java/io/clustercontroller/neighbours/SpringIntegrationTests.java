package io.clustercontroller.neighbours;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.clustercontroller.ClusterController;
import io.clustercontroller.OperationRefusedException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.integration.annotation.InboundChannelAdapter;
import org.springframework.integration.annotation.Poller;
import org.springframework.integration.annotation.Role;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.leader.event.AbstractLeaderEvent;
import org.springframework.integration.leader.event.OnGrantedEvent;
import org.springframework.integration.leader.event.OnRevokedEvent;
import org.springframework.integration.support.SmartLifecycleRoleController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Endpoints of Spring Integration that have the role of the master run there only.
 */
class SpringIntegrationTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	@TempDir
	private Path directory;

	private LocalService service;

	@BeforeEach
	void create() {
		this.service = new LocalService(Application.class, this.directory);
	}

	@AfterEach
	void close() {
		this.service.close();
	}

	@Test
	void endpointRunsOnTheMasterAndFollowsIt() {
		ConfigurableApplicationContext first = this.service.start("web");
		ConfigurableApplicationContext second = this.service.start("web");
		awaitTicks(first);
		assertThat(runs(first)).isTrue();
		assertThat(runs(second)).isFalse();
		assertThat(application(second).events).isEmpty();
		// as the leader's own endpoints may ask for
		application(first).events.get(0).getContext().yield();
		awaitTicks(second);
		Awaitility.await().atMost(LIMIT).until(() -> !runs(first));
		assertThat(application(first).events).extracting(Object::getClass)
			.containsExactly(OnGrantedEvent.class, OnRevokedEvent.class);
		assertThat(application(first).events).allSatisfy((event) -> assertThat(event.getRole()).isEqualTo("master"));
		assertThat(application(second).events.get(0).getContext().isLeader()).isTrue();
		assertThat(application(first).events.get(0).getContext().isLeader()).isFalse();
		second.close();
		awaitTicks(first);
	}

	@Test
	void leaderThatNobodyCanSucceedStaysLeader() {
		ConfigurableApplicationContext only = this.service.start("web");
		awaitTicks(only);
		assertThatExceptionOfType(OperationRefusedException.class)
			.isThrownBy(application(only).events.get(0).getContext()::yield);
		assertThat(only.getBean(ClusterController.class).isMaster()).isTrue();
		assertThat(runs(only)).isTrue();
	}

	@Test
	void roleMayHaveAnotherName() {
		ConfigurableApplicationContext only = this.service.start("web", "--cluster-controller.integration.role=leader");
		Awaitility.await().atMost(LIMIT).until(() -> !application(only).events.isEmpty());
		assertThat(application(only).events.get(0).getRole()).isEqualTo("leader");
		assertThat(runs(only)).isFalse();
	}

	@Test
	void endpointWaitsWhereTheClusterIsDisabled() {
		ConfigurableApplicationContext only = this.service.start("web", "--cluster-controller.enabled=false");
		assertThat(runs(only)).isFalse();
	}

	private static void awaitTicks(ConfigurableApplicationContext instance) {
		int before = application(instance).ticks.size();
		Awaitility.await().atMost(LIMIT).until(() -> application(instance).ticks.size() > before);
	}

	private static boolean runs(ConfigurableApplicationContext instance) {
		return instance.getBean(SmartLifecycleRoleController.class).allEndpointsRunning("master");
	}

	private static Application application(ConfigurableApplicationContext instance) {
		return instance.getBean(Application.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableIntegration
	static class Application {

		final List<AbstractLeaderEvent> events = new CopyOnWriteArrayList<>();

		final List<String> ticks = new CopyOnWriteArrayList<>();

		@InboundChannelAdapter(channel = "ticks", autoStartup = "false", poller = @Poller(fixedDelay = "50"))
		@Role("master")
		String tick() {
			return "tick";
		}

		@ServiceActivator(inputChannel = "ticks")
		void count(String tick) {
			this.ticks.add(tick);
		}

		@EventListener
		void leader(AbstractLeaderEvent event) {
			this.events.add(event);
		}

	}

}
