package io.clustercontroller.job;

/**
 * What becomes of a tick that came due while nobody could claim it: there was no master,
 * or it could not reach the coordinator, or the run before had not ended.
 */
public enum Misfire {

	/** It is left out; the next one comes at its time. */
	SKIP,

	/**
	 * The master runs it as soon as it can, the next one if need be. Of several that were
	 * missed it runs the last one. A tick that was claimed by a master which died in the
	 * middle counts as run.
	 */
	RUN_ONCE

}
