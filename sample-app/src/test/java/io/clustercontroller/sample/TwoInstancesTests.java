package io.clustercontroller.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Role;
import io.clustercontroller.job.JobOperations;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample started twice on one machine.
 */
class TwoInstancesTests {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	@TempDir
	Path directory;

	private final List<ConfigurableApplicationContext> instances = new ArrayList<>();

	@AfterEach
	void closeInstances() {
		this.instances.forEach(ConfigurableApplicationContext::close);
	}

	@Test
	void theSecondIsSlaveAndBecomesMasterWhenTheFirstIsClosed() {
		ConfigurableApplicationContext first = start();
		ConfigurableApplicationContext second = start();
		assertThat(cluster(first).isMaster()).isTrue();
		assertThat(cluster(second).role()).isEqualTo(Role.SLAVE);
		await().atMost(LIMIT).untilAsserted(() -> assertThat(told(first)).contains("Others have joined"));
		first.close();
		await().atMost(LIMIT).until(cluster(second)::isMaster);
		await().atMost(LIMIT)
			.untilAsserted(() -> assertThat(told(second)).contains("HANDED_OVER").contains("Others are gone"));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void theTickRunsOnWhoeverIsMaster(CapturedOutput output) {
		ConfigurableApplicationContext first = start();
		ConfigurableApplicationContext second = start();
		second.getBean(JobOperations.class).runNow("tick");
		awaitTick(output, first);
		first.close();
		await().atMost(LIMIT).until(cluster(second)::isMaster);
		second.getBean(JobOperations.class).runNow("tick");
		awaitTick(output, second);
	}

	private static void awaitTick(CapturedOutput output, ConfigurableApplicationContext master) {
		String words = "This tick is mine, token " + cluster(master).fencingToken().orElseThrow();
		await().atMost(LIMIT).untilAsserted(() -> assertThat(output).contains(words));
	}

	@Test
	void theDashboardHandsOverWhereItsOperationsAreOpen() {
		ConfigurableApplicationContext first = start("--management.endpoint.cluster.access=unrestricted");
		ConfigurableApplicationContext second = start();
		RestTestClient client = RestTestClient.bindToServer()
			.baseUrl("http://localhost:" + Samples.port(first))
			.build();
		await().atMost(LIMIT).until(() -> cluster(first).members().size() == 2);
		client.get()
			.uri("/actuator/clusterdashboard")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.TEXT_HTML);
		stepDown(client).expectStatus().isNoContent();
		await().atMost(LIMIT).until(cluster(second)::isMaster);
		assertThat(cluster(first).isMaster()).isFalse();
		stepDown(client).expectStatus().isEqualTo(HttpStatus.CONFLICT);
	}

	private static RestTestClient.ResponseSpec stepDown(RestTestClient client) {
		return client.post().uri("/actuator/cluster/stepDown").contentType(MediaType.APPLICATION_JSON).exchange();
	}

	private ConfigurableApplicationContext start(String... arguments) {
		String[] all = Stream.concat(Stream.of("--server.port=0"), Stream.of(arguments)).toArray(String[]::new);
		ConfigurableApplicationContext instance = Samples.start(this.directory, all);
		this.instances.add(instance);
		return instance;
	}

	private static ClusterController cluster(ConfigurableApplicationContext instance) {
		return instance.getBean(ClusterController.class);
	}

	private static String told(ConfigurableApplicationContext instance) {
		return instance.getBean(ClusterListener.class).entries().toString();
	}

}
