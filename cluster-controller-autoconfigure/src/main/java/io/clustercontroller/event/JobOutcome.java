package io.clustercontroller.event;

/**
 * How the run of a job has ended.
 */
public enum JobOutcome {

	/** It has returned. */
	SUCCEEDED,

	/** It has thrown an exception. */
	FAILED,

	/** It was interrupted because the mastership has ended, and has thrown. */
	INTERRUPTED

}
