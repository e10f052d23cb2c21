package io.clustercontroller.test;

import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.CoordinatorContractTests;
import org.junit.jupiter.api.AfterEach;

/**
 * The coordinator of the test cluster keeps the contract.
 */
class MemoryCoordinatorTests extends CoordinatorContractTests {

	private final MemoryCluster cluster = new MemoryCluster(false);

	@AfterEach
	void end() {
		this.cluster.close();
	}

	@Override
	protected Coordinator coordinator() {
		return new MemoryCoordinator(this.cluster);
	}

}
