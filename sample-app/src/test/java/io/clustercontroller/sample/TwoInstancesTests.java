package io.clustercontroller.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatus;
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
	void theButtonOfTheMasterHandsOver() {
		ConfigurableApplicationContext first = start("--sample.operations=true");
		ConfigurableApplicationContext second = start();
		RestTestClient client = RestTestClient.bindToServer()
			.baseUrl("http://localhost:" + Samples.port(first))
			.build();
		await().atMost(LIMIT).until(() -> cluster(first).members().size() == 2);
		client.get().uri("/").exchange().expectBody(String.class).value((page) -> assertThat(page).contains("<form"));
		client.post().uri("/step-down").exchange().expectStatus().isSeeOther();
		await().atMost(LIMIT).until(cluster(second)::isMaster);
		assertThat(cluster(first).isMaster()).isFalse();
		client.post().uri("/step-down").exchange().expectStatus().isEqualTo(HttpStatus.CONFLICT);
	}

	@Test
	void theButtonIsForThePageOfTheMasterOnly() {
		RestTestClient client = RestTestClient.bindToServer()
			.baseUrl("http://localhost:" + Samples.port(start("--sample.operations=true")))
			.build();
		client.post().uri("/step-down").header("Sec-Fetch-Site", "cross-site").exchange().expectStatus().isNotFound();
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
