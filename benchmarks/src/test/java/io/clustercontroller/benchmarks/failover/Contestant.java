package io.clustercontroller.benchmarks.failover;

/**
 * Somebody who stands for election, by one way of electing.
 */
interface Contestant {

	/**
	 * Stand for election; returns at once or when that has begun.
	 * @param elected is told each time it is elected, on the thread on which an
	 * application would hear of it
	 */
	void stand(Runnable elected) throws Exception;

	/**
	 * Give the leadership up to another one and stand again. Called only on the one that
	 * leads.
	 * @param over is told when it leads no more
	 */
	void giveUp(Runnable over) throws Exception;

}
