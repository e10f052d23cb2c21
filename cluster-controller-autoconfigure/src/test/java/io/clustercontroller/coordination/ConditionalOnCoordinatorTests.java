package io.clustercontroller.coordination;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConditionalOnCoordinator}.
 */
class ConditionalOnCoordinatorTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Etcd.class,
			Methods.class);

	@Test
	void etcdIsTheDefault() {
		assertChosen("etcd");
		assertChosen("etcd", "cluster-controller.coordinator=");
	}

	@ParameterizedTest
	@ValueSource(strings = { "etcd", "ETCD", " Etcd " })
	void etcdByName(String name) {
		assertChosen("etcd", "cluster-controller.coordinator=" + name);
	}

	@Test
	void localByName() {
		assertChosen("local", "cluster-controller.coordinator=Local", "cluster-controller.etcd.hosts=a");
	}

	@Test
	void relaxedNamesAreUnderstood() {
		assertChosen("local", "clusterController.coordinator=local");
	}

	@ParameterizedTest
	@ValueSource(strings = { "cluster-controller.etcd.hosts=a,b", "cluster-controller.etcd.hosts[0]=a",
			"clusterController.etcd.hosts=a" })
	void autoIsEtcdWhereHostsAreGiven(String hosts) {
		assertChosen("etcd", "cluster-controller.coordinator=AUTO", hosts);
	}

	@Test
	void autoIsLocalWithoutHosts() {
		assertChosen("local", "cluster-controller.coordinator=auto");
		assertChosen("local", "cluster-controller.coordinator=auto", "cluster-controller.etcd.hosts= , ");
	}

	@Test
	void unknownNameMatchesNothing() {
		this.runner.withPropertyValues("cluster-controller.coordinator=zookeeper")
			.run((context) -> assertThat(context).doesNotHaveBean("etcd").doesNotHaveBean("local"));
	}

	private void assertChosen(String name, String... properties) {
		this.runner.withPropertyValues(properties)
			.run((context) -> assertThat(context.getBeansOfType(String.class).keySet()).containsExactly(name));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCoordinator("etcd")
	static class Etcd {

		@Bean
		String etcd() {
			return "etcd";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Methods {

		@Bean
		@ConditionalOnCoordinator("local")
		String local() {
			return "local";
		}

	}

}
