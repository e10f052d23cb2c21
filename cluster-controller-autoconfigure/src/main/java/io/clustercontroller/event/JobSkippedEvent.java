package io.clustercontroller.event;

import java.time.Instant;

/**
 * A job with a ledger was due on the master and did not run. Not published by instances
 * that are not master.
 *
 * @param name the name of the job
 * @param reason why it did not run
 * @param at when, by the wall clock of this instance
 */
public record JobSkippedEvent(String name, Reason reason, Instant at) {

	/**
	 * Why a job did not run.
	 */
	public enum Reason {

		/** It is paused. */
		PAUSED,

		/** Its last run on this instance has not ended yet. */
		STILL_RUNNING,

		/** The mastership has ended before the run could begin. */
		MASTERSHIP_LOST,

		/** Nobody could say in time whether the tick was claimed. */
		UNCERTAIN

	}

}
