package io.clustercontroller.neighbours;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClient;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Cloud discovers the members that can be called.
 */
class SpringCloudTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	@TempDir
	private Path directory;

	private LocalService service;

	private ServerSocket port;

	@BeforeEach
	void create() throws IOException {
		this.service = new LocalService(Application.class, this.directory);
		this.port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
	}

	@AfterEach
	void close() throws IOException {
		this.service.close();
		this.port.close();
	}

	@Test
	void activeMembersAreInstances() {
		ConfigurableApplicationContext first = startActive("web", "--cluster-controller.container=web-1",
				"--cluster-controller.metadata.zone=north");
		ConfigurableApplicationContext second = startActive("web", "--cluster-controller.container=web-2");
		// can be asked for nothing
		this.service.start("web", "--cluster-controller.container=web-3");
		awaitHosts(first, "web", "web-1", "web-2");
		DiscoveryClient client = first.getBean(DiscoveryClient.class);
		assertThat(client).isInstanceOf(CompositeDiscoveryClient.class);
		assertThat(client.getServices()).containsExactly("web");
		ServiceInstance instance = client.getInstances("web").get(0);
		assertThat(instance.getInstanceId()).isEqualTo(first.getBean(ClusterController.class).self().instanceId());
		assertThat(instance.getUri()).hasToString("http://web-1:" + this.port.getLocalPort());
		assertThat(instance.getMetadata()).containsEntry("role", "MASTER").containsEntry("zone", "north");
		assertThat(client.getInstances("web").get(1).getMetadata()).containsEntry("role", "SLAVE");
		assertThat(client.getInstances("no service")).isEmpty();
		assertThat(client.getInstances("nobody")).isEmpty();
		second.close();
		awaitHosts(first, "web", "web-1");
	}

	@Test
	void instancesOfAnotherServiceAreFoundByItsName() {
		ConfigurableApplicationContext web = startActive("web");
		startActive("db", "--cluster-controller.container=db-1");
		awaitHosts(web, "db", "db-1");
	}

	@Test
	void changesAreToldToWhoRemembers() {
		ConfigurableApplicationContext first = startActive("web");
		ConfigurableApplicationContext second = startActive("web");
		List<HeartbeatEvent> beats = first.getBean(Application.class).beats;
		Awaitility.await().atMost(LIMIT).until(() -> first.getBean(ClusterController.class).members().size() == 2);
		int before = beats.size();
		first.getBean(ClusterOperations.class).handOver(second.getBean(ClusterController.class).self().instanceId());
		Awaitility.await().atMost(LIMIT).until(() -> beats.size() > before);
		assertThat(beats).extracting(HeartbeatEvent::getValue).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.cloud.discovery.enabled", "spring.cloud.discovery.blocking.enabled",
			"cluster-controller.enabled" })
	void discoveryCanBeDisabled(String property) {
		ConfigurableApplicationContext web = this.service.start("web", "--" + property + "=false");
		assertThat(web.getBeansOfType(DiscoveryClient.class)).doesNotContainKey("clusterDiscoveryClient");
	}

	private ConfigurableApplicationContext startActive(String service, String... arguments) {
		String[] all = List
			.of(List.of(arguments), List.of("--cluster-controller.ports-when-active=" + this.port.getLocalPort()))
			.stream()
			.flatMap(List::stream)
			.toArray(String[]::new);
		return this.service.start(service, all);
	}

	private static void awaitHosts(ConfigurableApplicationContext instance, String service, String... hosts) {
		DiscoveryClient client = instance.getBean(DiscoveryClient.class);
		Awaitility.await()
			.atMost(LIMIT)
			.untilAsserted(() -> assertThat(client.getInstances(service)).extracting(ServiceInstance::getHost)
				.containsExactly(hosts));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		final List<HeartbeatEvent> beats = new CopyOnWriteArrayList<>();

		@EventListener
		void beat(HeartbeatEvent event) {
			this.beats.add(event);
		}

	}

}
