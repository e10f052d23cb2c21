package io.clustercontroller.job;

/**
 * What a job does. It runs on the master only, once per tick, and is interrupted when the
 * mastership ends.
 */
@FunctionalInterface
public interface JobWork {

	/**
	 * Do it.
	 * @throws Exception if it has failed; it is logged, and stands in the ledger
	 */
	void run() throws Exception;

}
