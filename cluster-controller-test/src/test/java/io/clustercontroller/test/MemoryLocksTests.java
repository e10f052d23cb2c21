package io.clustercontroller.test;

import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.LocksContractTests;
import org.junit.jupiter.api.AfterEach;

/**
 * The locks of the test cluster keep the contract.
 */
class MemoryLocksTests extends LocksContractTests {

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
