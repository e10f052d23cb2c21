package io.clustercontroller.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample and its service, as a new user tries them.
 */
class SupervisedServiceTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	@TempDir
	Path directory;

	@Test
	void twoInstancesHaveAServiceEachThatKnowsItsRole() throws Exception {
		try (SampleProcess one = start(Map.of()); SampleProcess other = start(Map.of())) {
			assertThat(one.servicePort()).isNotEqualTo(other.servicePort());
			boolean oneIsMaster = one.awaitService("pid").contains("MASTER");
			SampleProcess master = oneIsMaster ? one : other;
			SampleProcess slave = oneIsMaster ? other : one;
			ProcessHandle service = master.service("I am MASTER");
			long before = slave.service("I am SLAVE").pid();
			master.terminate();
			assertThat(master.exitCode()).isZero();
			assertThat(service.isAlive()).isFalse();
			assertThat(slave.service("I am MASTER").pid()).isNotEqualTo(before);
		}
	}

	@Test
	void theEndOfTheServiceEndsTheApplicationWithItsCode() throws Exception {
		try (SampleProcess sample = start(Map.of())) {
			sample.service("I am MASTER").destroyForcibly();
			assertThat(sample.exitCode()).isEqualTo(137);
			assertThat(sample.log()).contains("has ended by itself, exit code 137");
		}
	}

	@Test
	void theServiceDoesNotOutliveAnApplicationThatIsKilled() throws IOException {
		try (SampleProcess sample = start(Map.of())) {
			ProcessHandle service = sample.service("I am MASTER");
			sample.kill();
			await().atMost(LIMIT).until(() -> !service.isAlive());
		}
	}

	@Test
	void anotherServiceTakesThePlaceOfTheOneThatShips() throws Exception {
		try (SampleProcess sample = start(
				Map.of("SERVICE_COMMAND", "sh -c 'echo \"port $PORT, role $CLUSTER_ROLE\"; exit 3'"))) {
			assertThat(sample.exitCode()).isEqualTo(3);
			assertThat(sample.log()).containsPattern("port \\d+, role MASTER").doesNotContain("Listening on port");
		}
	}

	private SampleProcess start(Map<String, String> variables) throws IOException {
		return SampleProcess.start(this.directory, variables);
	}

}
