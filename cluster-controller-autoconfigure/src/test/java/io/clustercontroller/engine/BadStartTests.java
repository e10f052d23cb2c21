package io.clustercontroller.engine;

import java.time.Duration;

import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.UnreachablePort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a user sees whose application cannot join: the exit code and the console of a
 * process. {@link FailureAnalysisTests} have the values that are refused before.
 */
@ExtendWith(EtcdExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class BadStartTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private EtcdProcess protectedEtcd;

	@BeforeAll
	void protectEtcd() {
		this.protectedEtcd = EtcdProcess.launch();
		this.protectedEtcd.enableAuth("root-s3cret", "app", "app-s3cret", "/prod/");
	}

	@AfterAll
	void closeEtcd() {
		this.protectedEtcd.close();
	}

	@Test
	void etcdThatRefusesConnections() {
		try (UnreachablePort port = UnreachablePort.refused()) {
			assertFails(builder(port.endpoint()).property("cluster-controller.start-timeout", "2s"),
					"Could not join etcd at 127.0.0.1:" + port.port() + " within 2s; ", "ETCD_HOSTS", "ETCD_PORT",
					"'cluster-controller.etcd.hosts'", "raise 'cluster-controller.start-timeout'");
		}
	}

	@Test
	void etcdThatDoesNotAnswer() {
		try (UnreachablePort port = UnreachablePort.silent()) {
			assertFails(builder(port.endpoint()).property("cluster-controller.start-timeout", "2s"),
					"Could not join etcd at 127.0.0.1:" + port.port() + " within 2s; ", "ETCD_HOSTS",
					"raise 'cluster-controller.start-timeout'");
		}
	}

	@Test
	void hostThatDoesNotExist() {
		assertFails(builder("no-such-host.invalid").property("cluster-controller.start-timeout", "2s"),
				"Could not join etcd at no-such-host.invalid:2379 within 2s; ", "ETCD_HOSTS",
				"raise 'cluster-controller.start-timeout'");
	}

	@Test
	void wrongPassword() {
		assertFails(
				builder(this.protectedEtcd.endpoint()).variable("ETCD_USERNAME", "app")
					.variable("ETCD_PASSWORD", "wr0ng-s3cret"),
				"refuses the user", "'app'", "Check ETCD_USERNAME and ETCD_PASSWORD",
				"cluster-controller.etcd.username");
	}

	@Test
	void unknownUser() {
		assertFails(
				builder(this.protectedEtcd.endpoint()).variable("ETCD_USERNAME", "nobody")
					.variable("ETCD_PASSWORD", "app-s3cret"),
				"refuses the user", "'nobody'", "Check ETCD_USERNAME and ETCD_PASSWORD");
	}

	@Test
	void missingPassword() {
		assertFails(builder(this.protectedEtcd.endpoint()), "etcd asks for a user name and a password",
				"Set ETCD_USERNAME and ETCD_PASSWORD", "cluster-controller.etcd.username");
	}

	@Test
	void userWithoutPassword() {
		assertFails(builder(this.protectedEtcd.endpoint()).variable("ETCD_USERNAME", "app"),
				"'cluster-controller.etcd.password' is not set", "Set both ETCD_USERNAME and ETCD_PASSWORD");
	}

	@Test
	void userWithoutTheRight() {
		assertFails(
				builder(this.protectedEtcd.endpoint()).environment("test")
					.variable("ETCD_USERNAME", "app")
					.variable("ETCD_PASSWORD", "app-s3cret"),
				"etcd denies the user 'app' a right", "cluster-controller.etcd.username",
				"to read and write all keys under");
	}

	@Test
	void passwordWhereNoneIsWanted(EtcdProcess etcd) {
		assertFails(builder(etcd.endpoint()).variable("ETCD_USERNAME", "app").variable("ETCD_PASSWORD", "app-s3cret"),
				"etcd has authentication switched off", "'app'", "Unset ETCD_USERNAME and ETCD_PASSWORD",
				"cluster-controller.etcd.username");
	}

	private static ClusterProcess.Builder builder(String host) {
		return ClusterProcess.builder().environment("prod").etcd(host);
	}

	private static void assertFails(ClusterProcess.Builder builder, String... analysis) {
		long begun = System.nanoTime();
		try (ClusterProcess process = builder.start()) {
			assertThat(process.waitFor(LIMIT)).as(process.output()).isOne();
			System.out.printf("measured: failed start of a process %.1f s%n", (System.nanoTime() - begun) / 1e9);
			assertThat(process.output().replaceAll("\\s+", " ")).contains("APPLICATION FAILED TO START")
				.contains(analysis);
			assertThat(process.output()).doesNotContain("\tat ").doesNotContain("s3cret");
		}
	}

}
