package io.clustercontroller.coordination.local;

import java.nio.file.Path;

import io.clustercontroller.coordination.Coordinator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * The local coordinator is there when it is asked for.
 */
class LocalCoordinatorAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LocalCoordinatorAutoConfiguration.class));

	@Test
	void absentByDefault() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(Coordinator.class));
	}

	@Test
	void coordinatesThroughTheGivenFolder(@TempDir Path directory) {
		this.runner
			.withPropertyValues("cluster-controller.coordinator=local",
					"cluster-controller.local.directory=" + directory)
			.run((context) -> assertThat(context.getBean(Coordinator.class).description())
				.isEqualTo("local folder " + directory));
	}

	@Test
	void coordinatesThroughAFolderOfTheUserByDefault() {
		this.runner.withPropertyValues("cluster-controller.coordinator=local")
			.run((context) -> assertThat(context.getBean(Coordinator.class).description())
				.startsWith("local folder " + System.getProperty("java.io.tmpdir")));
	}

	@Test
	void backsOffWhereTheApplicationHasACoordinatorOfItsOwn() {
		this.runner.withPropertyValues("cluster-controller.coordinator=local")
			.withBean(Coordinator.class, () -> mock(Coordinator.class))
			.run((context) -> assertThat(context).doesNotHaveBean(LocalCoordinator.class));
	}

}
