package io.clustercontroller.engine;

/**
 * Values of {@code cluster-controller.election.when}.
 */
enum ElectionTime {

	/** From when the instance has joined. */
	JOINED,

	/** While the instance is active: its ports answer. */
	ACTIVE

}
