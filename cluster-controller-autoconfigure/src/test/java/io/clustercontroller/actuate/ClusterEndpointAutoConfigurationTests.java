package io.clustercontroller.actuate;

import java.nio.file.Path;

import io.clustercontroller.ClusterController;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ClusterEndpointAutoConfiguration}.
 */
class ClusterEndpointAutoConfigurationTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=cluster";

	@TempDir
	private Path directory;

	/** Reads the classes as an application does, so that what is missing is no matter. */
	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner().withUserConfiguration(OptionalLibrariesTests.OwnAutoConfigurations.class)
			.withPropertyValues("cluster-controller.environment=test", "cluster-controller.service=web",
					"cluster-controller.coordinator=local", "cluster-controller.local.directory=" + this.directory);
	}

	@Test
	void endpointIsThereWhereItIsExposed() {
		runner().withPropertyValues(EXPOSED)
			.withConfiguration(AutoConfigurations.of(EndpointAutoConfiguration.class))
			.run((context) -> assertThat(context).hasSingleBean(ClusterEndpoint.class)
				.hasSingleBean(ClusterEndpointWebExtension.class)
				.hasSingleBean(ClusterEndpointOperations.class)
				.hasSingleBean(KnownBackups.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.boot.micrometer io.micrometer",
			"org.springframework.web org.springframework.boot.web org.springframework.boot.webmvc org.springframework.boot.tomcat org.apache.catalina jakarta.servlet" })
	void endpointIsThereWithoutMetersAndWithoutAWebServer(String packages) {
		runner().withPropertyValues(EXPOSED, "management.endpoints.jmx.exposure.include=cluster")
			.withClassLoader(new FilteredClassLoader(packages.split(" ")))
			.withConfiguration(AutoConfigurations.of(EndpointAutoConfiguration.class))
			.run((context) -> assertThat(context).hasSingleBean(ClusterEndpoint.class)
				.hasSingleBean(KnownBackups.class));
	}

	@Test
	void nothingIsThereWhereItIsNotExposedOrNotAccessible() {
		runner().run(ClusterEndpointAutoConfigurationTests::assertThatThereIsOnlyTheController);
		runner().withPropertyValues(EXPOSED, "management.endpoint.cluster.access=NONE")
			.run(ClusterEndpointAutoConfigurationTests::assertThatThereIsOnlyTheController);
	}

	@Test
	void nothingIsThereWhereTheControllerIsDisabled() {
		runner().withPropertyValues(EXPOSED, "cluster-controller.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ClusterEndpoint.class));
	}

	@Test
	void startsWithoutActuator() {
		runner().withPropertyValues("management.endpoints.web.exposure.include=*")
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run(ClusterEndpointAutoConfigurationTests::assertThatThereIsOnlyTheController);
	}

	private static void assertThatThereIsOnlyTheController(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed().doesNotHaveBean(ClusterEndpoint.class);
		assertThat(context).doesNotHaveBean(ClusterDashboardEndpoint.class);
		assertThat(context.getBean(ClusterController.class).isMaster()).isTrue();
	}

}
