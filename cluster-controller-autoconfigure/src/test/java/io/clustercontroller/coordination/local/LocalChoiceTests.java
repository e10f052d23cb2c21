package io.clustercontroller.coordination.local;

import io.clustercontroller.InvalidPropertyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What an application with the local coordinator of its build says to the environment of
 * its start.
 */
class LocalChoiceTests {

	@ParameterizedTest
	@CsvSource({ "auto,etcd-1", "AUTO,etcd-1", "etcd,", "'',", "etcd,etcd-1" })
	void etcdThatTheBuildDidNotChooseEndsTheStart(String coordinator, String hosts) {
		assertThatExceptionOfType(InvalidPropertyException.class)
			.isThrownBy(() -> LocalCoordinatorAutoConfiguration.checkChoice(environment(coordinator, hosts)))
			.withMessageContaining("processed ahead of time");
	}

	@ParameterizedTest
	@CsvSource({ "auto,", "auto,''", "local,", "local,etcd-1", "' Local ',etcd-1" })
	void localIsWhatIsMeant(String coordinator, String hosts) {
		assertThatNoException()
			.isThrownBy(() -> LocalCoordinatorAutoConfiguration.checkChoice(environment(coordinator, hosts)));
	}

	@Test
	void hostsInAListCount() {
		MockEnvironment environment = environment("auto", null).withProperty("cluster-controller.etcd.hosts[0]",
				"etcd-1");
		assertThatExceptionOfType(InvalidPropertyException.class)
			.isThrownBy(() -> LocalCoordinatorAutoConfiguration.checkChoice(environment));
	}

	private static MockEnvironment environment(String coordinator, String hosts) {
		MockEnvironment environment = new MockEnvironment().withProperty("cluster-controller.coordinator", coordinator);
		return (hosts != null) ? environment.withProperty("cluster-controller.etcd.hosts", hosts) : environment;
	}

}
