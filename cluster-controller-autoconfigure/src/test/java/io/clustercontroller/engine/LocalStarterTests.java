package io.clustercontroller.engine;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.io.TempDir;

/**
 * The starter keeps its promises on the local coordinator.
 */
class LocalStarterTests extends StarterContractTests {

	@TempDir
	private Path directory;

	@Override
	protected List<String> coordinator() {
		return List.of("--cluster-controller.coordinator=local",
				"--cluster-controller.local.directory=" + this.directory);
	}

}
