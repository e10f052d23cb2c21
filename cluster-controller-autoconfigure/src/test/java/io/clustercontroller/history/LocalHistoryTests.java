package io.clustercontroller.history;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.io.TempDir;

/**
 * The history in a local folder.
 */
class LocalHistoryTests extends HistoryContractTests {

	@TempDir
	Path directory;

	@Override
	protected List<String> coordinator() {
		return List.of("--cluster-controller.coordinator=local",
				"--cluster-controller.local.directory=" + this.directory, "--cluster-controller.environment=test");
	}

}
