package io.clustercontroller.actuate;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import io.clustercontroller.ClusterController;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurationImportSelector;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotationMetadata;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application starts with any, and without all, of the libraries behind health and
 * meters.
 */
class OptionalLibrariesTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.boot.health", "org.springframework.boot.actuate", "io.micrometer",
			"org.springframework.boot.micrometer",
			"org.springframework.boot.health org.springframework.boot.actuate org.springframework.boot.micrometer io.micrometer" })
	void startsWithout(String packages) {
		runner(OwnAutoConfigurations.class).withClassLoader(new FilteredClassLoader(packages.split(" ")))
			.run((context) -> assertThat(context.getBean(ClusterController.class).isMaster()).isTrue());
	}

	@Test
	void nothingIsThereWhenTheClusterIsDisabled() {
		application().withPropertyValues("cluster-controller.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(ClusterHealthIndicator.class)
				.doesNotHaveBean(ClusterHealthGroupsPostProcessor.class)
				.doesNotHaveBean(ClusterMeters.class)
				.doesNotHaveBean(ReadinessByState.class));
	}

	@Test
	void healthCanBeDisabled() {
		application().withPropertyValues("management.health.cluster.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(ClusterHealthIndicator.class)
				.doesNotHaveBean(ClusterHealthGroupsPostProcessor.class)
				.hasSingleBean(ClusterMeters.class));
	}

	@Test
	void contributorWithTheNameOfAGroupDoesNotKeepTheApplicationFromStarting() {
		application().withBean("slaveHealthIndicator", HealthContributor.class, OptionalLibrariesTests::healthy)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private static HealthIndicator healthy() {
		return () -> Health.up().build();
	}

	private ApplicationContextRunner application() {
		return runner(Application.class);
	}

	private ApplicationContextRunner runner(Class<?> configuration) {
		return new ApplicationContextRunner().withUserConfiguration(configuration)
			.withPropertyValues("cluster-controller.environment=test", "cluster-controller.service=web",
					"cluster-controller.coordinator=local",
					"cluster-controller.local.directory=" + this.directory.resolve("cluster"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	/** Those of Boot come with their libraries. */
	@Configuration(proxyBeanMethods = false)
	@Import(OwnSelector.class)
	static class OwnAutoConfigurations {

	}

	/** Selects as {@code @EnableAutoConfiguration} does. */
	static final class OwnSelector extends AutoConfigurationImportSelector {

		@Override
		protected Class<?> getAnnotationClass() {
			return Import.class;
		}

		@Override
		protected List<String> getCandidateConfigurations(AnnotationMetadata metadata,
				AnnotationAttributes attributes) {
			return super.getCandidateConfigurations(metadata, attributes).stream()
				.filter((name) -> name.startsWith("io.clustercontroller."))
				.toList();
		}

		@Override
		protected Set<String> getExclusions(AnnotationMetadata metadata, AnnotationAttributes attributes) {
			return Set.of();
		}

	}

}
