package io.clustercontroller.engine;

import java.time.Duration;

/**
 * The engine's timings; their relations are checked where the properties are bound.
 *
 * @param ttl the time after which a silent session ends
 * @param stepDownMargin how long before its session's end a master steps down
 * @param stopTimeout how long an orderly stop may take in all
 */
record EngineSettings(Duration ttl, Duration stepDownMargin, Duration stopTimeout) {

	/**
	 * What is kept of the stop timeout for handing over and leaving: 2 s are two
	 * requests.
	 */
	private static final Duration RESERVE = Duration.ofSeconds(2);

	/** How long the work of a master, its listeners above all, may take to stop. */
	Duration workLimit() {
		return this.stopTimeout.minus(reserve());
	}

	/** How long each of handing over and leaving may take. */
	Duration leaveLimit() {
		return reserve().dividedBy(2);
	}

	private Duration reserve() {
		Duration quarter = this.stopTimeout.dividedBy(4);
		return (quarter.compareTo(RESERVE) < 0) ? quarter : RESERVE;
	}

}
