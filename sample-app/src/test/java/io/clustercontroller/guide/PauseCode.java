package io.clustercontroller.guide;

import java.time.Duration;

import io.clustercontroller.ClusterOperations;

/**
 * The code in operations.md.
 */
class PauseCode {

	void pause(ClusterOperations operations) {
		operations.pause("moving to rack 7", Duration.ofHours(2));
	}

}
