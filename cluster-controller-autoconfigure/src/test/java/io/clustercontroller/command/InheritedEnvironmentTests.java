package io.clustercontroller.command;

import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InheritedEnvironment}.
 */
class InheritedEnvironmentTests {

	@Test
	void secretsAreMissingUnderWhateverName() {
		Map<String, String> variables = Map.of("ETCD_PASSWORD_FILE", "/run/secrets/etcd", "ETCDCTL_USER", "app:x",
				"CLUSTERCONTROLLER_ETCD_PASSWORD", "x", "URL", "http://app:l0ng-s3cret@etcd", "CUT", "l0ng-s3cre",
				"WORD", "l0ng-s3cret", "ETCD_PORT", "2379");
		assertThat(visible(variables, "l0ng-s3cret")).containsOnlyKeys("CUT", "ETCD_PORT");
	}

	@Test
	void shortSecretIsNotFoundInOtherWords() {
		Map<String, String> variables = Map.of("OPTIONS", "-Detcd.password=pw", "WORD", "pw", "OTHER", "helpwanted");
		assertThat(visible(variables, "pw")).containsOnlyKeys("OTHER");
	}

	@Test
	void allIsVisibleWithoutASecret() {
		assertThat(visible(Map.of("PATH", "/bin", "EMPTY", ""), "")).containsOnlyKeys("PATH", "EMPTY");
	}

	private static Map<String, String> visible(Map<String, String> variables, String password) {
		return InheritedEnvironment.of(variables,
				new MockEnvironment().withProperty("cluster-controller.etcd.password", password));
	}

}
