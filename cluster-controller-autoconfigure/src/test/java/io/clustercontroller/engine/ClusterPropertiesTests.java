package io.clustercontroller.engine;

import java.time.Duration;

import io.clustercontroller.InvalidPropertyException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ClusterProperties}.
 */
class ClusterPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Bound.class)
		.withPropertyValues("cluster-controller.environment=test", "cluster-controller.service=web");

	@Test
	void environmentAndServiceSuffice() {
		this.runner.run((context) -> {
			ClusterProperties properties = context.getBean(ClusterProperties.class);
			assertThat(properties.enabled()).isTrue();
			assertThat(properties.coordinator()).isEqualTo(CoordinatorType.ETCD);
			assertThat(properties.metadata()).isEmpty();
			assertThat(properties.portsWhenActive()).isEmpty();
			assertThat(properties.terminateWhenNoLongerActive()).isTrue();
			assertThat(properties.startTimeout()).hasSeconds(30);
			assertThat(properties.stopTimeout()).hasSeconds(9);
			assertThat(properties.session().ttl()).hasSeconds(10);
			assertThat(properties.session().stepDownMargin()).isEqualTo(Duration.ofSeconds(10).dividedBy(3));
			assertThat(properties.election())
				.isEqualTo(new ClusterProperties.Election(100, true, ElectionTime.JOINED, null));
			assertThat(properties.containerName()).isNotBlank();
		});
	}

	@Test
	void everyPropertyBinds() {
		this.runner
			.withPropertyValues("cluster-controller.container=c1", "cluster-controller.metadata.zone=a",
					"cluster-controller.coordinator=Local", "cluster-controller.ports-when-active=80,443",
					"cluster-controller.terminate-when-no-longer-active=false", "cluster-controller.start-timeout=1m",
					"cluster-controller.stop-timeout=20s", "cluster-controller.session.ttl=2s",
					"cluster-controller.session.step-down-margin=1s", "cluster-controller.election.priority=0",
					"cluster-controller.election.eligible=false", "cluster-controller.election.when=active",
					"cluster-controller.election.return-to-preferred-after=10m")
			.run((context) -> {
				ClusterProperties properties = context.getBean(ClusterProperties.class);
				assertThat(properties.containerName()).isEqualTo("c1");
				assertThat(properties.metadata()).containsEntry("zone", "a").hasSize(1);
				assertThat(properties.coordinator()).isEqualTo(CoordinatorType.LOCAL);
				assertThat(properties.portsWhenActive()).containsExactly(80, 443);
				assertThat(properties.terminateWhenNoLongerActive()).isFalse();
				assertThat(properties.startTimeout()).hasMinutes(1);
				assertThat(properties.stopTimeout()).hasSeconds(20);
				assertThat(properties.session().ttl()).hasSeconds(2);
				assertThat(properties.session().stepDownMargin()).hasSeconds(1);
				assertThat(properties.election())
					.isEqualTo(new ClusterProperties.Election(0, false, ElectionTime.ACTIVE, Duration.ofMinutes(10)));
			});
	}

	@Test
	void smallestSessionHasMarginAboveMinimum() {
		this.runner.withPropertyValues("cluster-controller.session.ttl=2s")
			.run((context) -> assertThat(context.getBean(ClusterProperties.class).session().stepDownMargin())
				.isGreaterThan(Duration.ofMillis(500)));
	}

	@ParameterizedTest
	@CsvSource({ "environment, a/b", "environment, -a", "service, a/b", "service, .a", "service, a b", "service, ä",
			"start-timeout, 0s", "start-timeout, 999ms", "start-timeout, 1000000d", "stop-timeout, -1s",
			"stop-timeout, 0s", "session.ttl, 0", "session.ttl, 1s", "session.ttl, 2500ms", "session.ttl, 2d",
			"session.step-down-margin, 0s", "session.step-down-margin, 499ms", "session.step-down-margin, 5001ms",
			"session.step-down-margin, 10s", "session.step-down-margin, 11s", "election.priority, -1",
			"election.return-to-preferred-after, 999ms", "election.return-to-preferred-after, 366d",
			"ports-when-active, 0", "ports-when-active, 65536", "ports-when-active, '80,443,80'" })
	void wrongValueIsRefused(String property, String value) {
		this.runner.withPropertyValues("cluster-controller." + property + "=" + value)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.asInstanceOf(InstanceOfAssertFactories.type(InvalidPropertyException.class))
				.satisfies((failure) -> {
					assertThat(failure.getProperty()).isEqualTo("cluster-controller." + property);
					assertThat(failure.getValue()).isNotNull();
					assertThat(failure.getReason()).isNotBlank().doesNotEndWith(".");
					assertThat(failure.getRemedy()).contains("cluster-controller." + property).endsWith(".");
				}));
	}

	@ParameterizedTest
	@ValueSource(strings = { "environment", "service" })
	void blankNameIsRefused(String property) {
		this.runner.withPropertyValues("cluster-controller." + property + "=")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageStartingWith("'cluster-controller." + property + "' has the value ''"));
	}

	@Test
	void namesMayHaveDotsDashesAndUnderscores() {
		this.runner.withPropertyValues("cluster-controller.environment=0.a-b_C", "cluster-controller.service=Z")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(ClusterProperties.class)
	static class Bound {

	}

}
