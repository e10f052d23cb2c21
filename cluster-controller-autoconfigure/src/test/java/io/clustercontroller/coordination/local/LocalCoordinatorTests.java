package io.clustercontroller.coordination.local;

import java.nio.file.Path;

import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.CoordinatorContractTests;
import io.clustercontroller.coordination.TimeSource;
import org.junit.jupiter.api.io.TempDir;

/**
 * The local coordinator keeps the contract.
 */
class LocalCoordinatorTests extends CoordinatorContractTests {

	@TempDir
	Path directory;

	@Override
	protected Coordinator coordinator() {
		return new LocalCoordinator(this.directory, TimeSource.SYSTEM);
	}

}
