package io.clustercontroller.engine;

import java.time.Duration;

import io.clustercontroller.coordination.CoordinationRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for what a user reads on the console when the application does not start.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalysisTests {

	@Test
	void missingHostsNameVariablePropertyAndLocalCoordinator(CapturedOutput output) {
		fail(TestStart.withoutVariables().with("ENVIRONMENT", "test").with("SERVICE", "web"));
		assertAnalysis(output, "'cluster-controller.etcd.hosts' is not set", "Set the environment variable ETCD_HOSTS",
				"cluster-controller.coordinator=local");
	}

	@Test
	void missingServiceNamesVariableAndProperty(CapturedOutput output) {
		fail(TestStart.withoutVariables().with("ETCD_HOSTS", "etcd-1").with("ENVIRONMENT", "test"));
		assertAnalysis(output, "'cluster-controller.service' is not set",
				"Set the environment variable SERVICE, or the property 'cluster-controller.service'");
	}

	@Test
	void missingEnvironmentNamesVariableAndProperty(CapturedOutput output) {
		fail(TestStart.withoutVariables().with("ETCD_HOSTS", "etcd-1").with("SERVICE", "web"));
		assertAnalysis(output, "'cluster-controller.environment' is not set",
				"Set the environment variable ENVIRONMENT, or the property 'cluster-controller.environment'");
	}

	@Test
	void emptyVariableReadsAsMissing(CapturedOutput output) {
		fail(TestStart.withRequiredVariables().with("SERVICE", ""));
		assertAnalysis(output, "'cluster-controller.service' is not set", "Set the environment variable SERVICE");
	}

	@Test
	void serviceWithSlashNamesVariableAndValue(CapturedOutput output) {
		fail(TestStart.withRequiredVariables().with("SERVICE", "a/b"));
		assertAnalysis(output,
				"'cluster-controller.service' has the value 'a/b', set by the environment variable SERVICE: a name "
						+ "consists of letters",
				"Set the environment variable SERVICE");
	}

	@Test
	void portThatIsNoNumberNamesVariableAndWhatIsAccepted(CapturedOutput output) {
		fail(TestStart.withRequiredVariables().with("ETCD_PORT", "abc"));
		assertAnalysis(output,
				"'cluster-controller.etcd.port' has the value 'abc', set by the environment variable ETCD_PORT: that is "
						+ "not a whole number.",
				"Set the environment variable ETCD_PORT to a whole number.");
	}

	@Test
	void portOutOfRangeNamesVariableAndRange(CapturedOutput output) {
		fail(TestStart.withRequiredVariables().with("ETCD_PORT", "70000"));
		assertAnalysis(output,
				"'cluster-controller.etcd.port' has the value '70000', set by the environment variable ETCD_PORT: a port "
						+ "is a number from 1 to 65535.",
				"Set ETCD_PORT, or 'cluster-controller.etcd.port'");
	}

	@Test
	void portInListThatIsNoNumberNamesVariable(CapturedOutput output) {
		fail(TestStart.withRequiredVariables().with("PORTS_WHEN_ACTIVE", "80,abc"));
		assertAnalysis(output,
				"'cluster-controller.ports-when-active' has the value '80,abc', set by the environment variable "
						+ "PORTS_WHEN_ACTIVE: that is not a list divided by commas, each part a whole number.",
				"Set the environment variable PORTS_WHEN_ACTIVE to a list");
	}

	@Test
	void elementOfListIsNamed(CapturedOutput output) {
		fail(TestStart.withRequiredVariables(), "--cluster-controller.ports-when-active[0]=80",
				"--cluster-controller.ports-when-active[1]=abc");
		assertAnalysis(output, "'cluster-controller.ports-when-active[1]' has the value 'abc'", "a whole number.");
	}

	@Test
	void originOfListGivenByElementsIsFound(CapturedOutput output) {
		fail(TestStart.withRequiredVariables(), "--cluster-controller.ports-when-active[0]=0");
		assertAnalysis(output,
				"'cluster-controller.ports-when-active' has the value '0', set by a command-line argument: a port",
				"Set PORTS_WHEN_ACTIVE");
	}

	@Test
	void zeroTtlOnCommandLineNamesPropertyAndMinimum(CapturedOutput output) {
		fail(TestStart.withRequiredVariables(), "--cluster-controller.session.ttl=0");
		assertAnalysis(output,
				"'cluster-controller.session.ttl' has the value '0s', set by a command-line argument: it is below the "
						+ "minimum of 2s",
				"Set 'cluster-controller.session.ttl' to whole seconds from 2s on");
	}

	@Test
	void unknownUnitNamesAcceptedDurations(CapturedOutput output) {
		fail(TestStart.withRequiredVariables(), "--cluster-controller.session.ttl=10 bananas");
		assertAnalysis(output,
				"'cluster-controller.session.ttl' has the value '10 bananas', set by a command-line argument",
				"Set 'cluster-controller.session.ttl' to a duration such as 10s, 500ms or 2m.");
	}

	@Test
	void marginAboveTtlNamesRelaxedVariableAndLimit(CapturedOutput output) {
		fail(TestStart.withRequiredVariables().with("CLUSTERCONTROLLER_SESSION_STEPDOWNMARGIN", "11s"));
		assertAnalysis(output,
				"'cluster-controller.session.step-down-margin' has the value '11s', set by the environment variable "
						+ "CLUSTERCONTROLLER_SESSION_STEPDOWNMARGIN",
				"more than half of the TTL of 10s", "to a time from 500ms to 5s");
	}

	@Test
	void unknownCoordinatorNamesKnownOnes(CapturedOutput output) {
		fail(TestStart.withRequiredVariables(), "--cluster-controller.coordinator=zookeeper");
		assertAnalysis(output, "'cluster-controller.coordinator' has the value 'zookeeper'",
				"Set 'cluster-controller.coordinator' to one of 'etcd', 'local', 'auto'.");
	}

	@Test
	void nonsenseForBooleanNamesVariable(CapturedOutput output) {
		fail(TestStart.withRequiredVariables().with("TERMINATE_WHEN_NO_LONGER_ACTIVE", "maybe"));
		assertAnalysis(output, "has the value 'maybe', set by the environment variable TERMINATE_WHEN_NO_LONGER_ACTIVE",
				"Set the environment variable TERMINATE_WHEN_NO_LONGER_ACTIVE to 'true' or 'false'.");
	}

	@Test
	void priorityThatIsNoNumberNamesSystemProperty(CapturedOutput output) {
		System.setProperty("cluster-controller.election.priority", "high");
		try {
			fail(TestStart.withRequiredVariables());
		}
		finally {
			System.clearProperty("cluster-controller.election.priority");
		}
		assertAnalysis(output, "'cluster-controller.election.priority' has the value 'high', set by a system property",
				"to a whole number.");
	}

	@Test
	void fileAndLineAreNamed(CapturedOutput output) {
		fail(TestStart.withRequiredVariables()
			.with("SPRING_CONFIG_LOCATION", "classpath:io/clustercontroller/engine/broken.properties"));
		assertAnalysis(output, "broken.properties] - 2:", "'cluster-controller.election.priority' has the value '-1'");
	}

	@Test
	void placeholderIsShownAsItsValue(CapturedOutput output) {
		fail(TestStart.withRequiredVariables().with("PRIO", "high"), "--cluster-controller.election.priority=${PRIO}");
		assertAnalysis(output, "has the value 'high'", "to a whole number.");
	}

	@Test
	void passwordsAreNotShown(CapturedOutput output) {
		fail(TestStart.withRequiredVariables().with("ETCD_PASSWORD", "s3cret"));
		assertAnalysis(output, "'cluster-controller.etcd.username' is not set",
				"Set both ETCD_USERNAME and ETCD_PASSWORD");
		assertThat(output).doesNotContain("s3cret");
	}

	@Test
	void missingPasswordFileNamesVariableAndFile(CapturedOutput output) {
		fail(TestStart.withRequiredVariables()
			.with("ETCD_USERNAME", "root")
			.with("ETCD_PASSWORD_FILE", "/no/such/secret"));
		assertAnalysis(output,
				"'cluster-controller.etcd.password-file' has the value '/no/such/secret', set by the environment variable "
						+ "ETCD_PASSWORD_FILE: there is no such file.",
				"Set ETCD_PASSWORD_FILE, or 'cluster-controller.etcd.password-file', to a file");
	}

	@Test
	void passwordBesideItsFileIsNotShown(CapturedOutput output) {
		fail(TestStart.withRequiredVariables()
			.with("ETCD_USERNAME", "root")
			.with("ETCD_PASSWORD", "s3cret")
			.with("ETCD_PASSWORD_FILE", "/run/secrets/etcd"));
		assertAnalysis(output, "'cluster-controller.etcd.password-file' has the value '/run/secrets/etcd'",
				"there can be only one password", "Unset either ETCD_PASSWORD_FILE");
		assertThat(output).doesNotContain("s3cret");
	}

	@Test
	void unknownSslBundleNamesPropertyAndRemedy(CapturedOutput output) {
		fail(TestStart.withRequiredVariables(), "--cluster-controller.etcd.ssl.bundle=mine");
		assertAnalysis(output,
				"'cluster-controller.etcd.ssl.bundle' has the value 'mine', set by a command-line argument",
				"there is no SSL bundle of that name", "Define it with 'spring.ssl.bundle.pem.mine'");
	}

	@Test
	void hostsWithAndWithoutTlsNameBoth(CapturedOutput output) {
		fail(TestStart.withRequiredVariables().with("ETCD_HOSTS", "http://a,https://b"));
		assertAnalysis(output,
				"'cluster-controller.etcd.hosts' has the value 'http://a,https://b', set by the environment variable "
						+ "ETCD_HOSTS: 'http://a' is without TLS and 'https://b' with it.",
				"Begin all of them with 'https://', or none");
	}

	@Test
	void passwordInUrlIsNotShown(CapturedOutput output) {
		fail(TestStart.withRequiredVariables().with("ETCD_HOSTS", "etcd-1,http://root:s3cret@etcd-2:2379"));
		assertAnalysis(output,
				"'cluster-controller.etcd.hosts' has the value 'http://******@etcd-2:2379', set by the environment "
						+ "variable ETCD_HOSTS",
				"Set ETCD_USERNAME and ETCD_PASSWORD");
		assertThat(output).doesNotContain("s3cret");
	}

	@Test
	void joinThatTakesTooLongNamesCoordinatorTimeAndLastError(CapturedOutput output) {
		assertThatException().isThrownBy(() -> TestStart.withoutVariables().run(NeverJoining.class));
		assertAnalysis(output,
				"Could not join etcd at etcd-1:2379 within 30s; last error: UNAVAILABLE: connection refused.",
				"ETCD_HOSTS", "raise 'cluster-controller.start-timeout'");
	}

	@Test
	void refusalOfCoordinatorNamesRemedy(CapturedOutput output) {
		assertThatException().isThrownBy(() -> TestStart.withoutVariables().run(Refused.class));
		assertAnalysis(output, "etcd refuses the user 'root'", "Correct ETCD_PASSWORD.");
	}

	private static void fail(TestStart start, String... args) {
		assertThatException().isThrownBy(() -> start.run(args));
	}

	private static void assertAnalysis(CapturedOutput output, String... parts) {
		assertThat(output).contains("APPLICATION FAILED TO START").contains(parts).doesNotContain("\tat ");
	}

	@Configuration(proxyBeanMethods = false)
	static class NeverJoining {

		@Bean
		Starting starting() {
			return new Starting(new JoinTimeoutException("etcd at etcd-1:2379", Duration.ofSeconds(30),
					"UNAVAILABLE: connection refused"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Refused {

		@Bean
		Starting starting() {
			return new Starting(
					new CoordinationRefusedException("etcd refuses the user 'root'", "Correct ETCD_PASSWORD.", null));
		}

	}

	/** Fails when the context starts it, as the engine would. */
	record Starting(RuntimeException failure) implements SmartLifecycle {

		@Override
		public void start() {
			throw this.failure;
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

	}

}
