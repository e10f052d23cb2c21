package io.clustercontroller;

import java.time.Duration;

/**
 * The times that this instance keeps to, from its properties. A bean, for all that has to
 * end its work within them.
 *
 * @param ttl the time after which a silent session ends
 * @param stepDownMargin how long before its session's end a master steps down, and so the
 * time its work has to stop when the session is lost
 * @param stopTimeout how long an orderly stop may take in all
 */
public record ClusterTimings(Duration ttl, Duration stepDownMargin, Duration stopTimeout) {

	/**
	 * What is kept of the stop timeout for handing over and leaving: 2 s are two
	 * requests.
	 */
	private static final Duration RESERVE = Duration.ofSeconds(2);

	/** How long the work of this instance may take to stop in an orderly way. */
	public Duration workLimit() {
		return this.stopTimeout.minus(reserve());
	}

	/** How long each of handing over and leaving may take. */
	public Duration leaveLimit() {
		return reserve().dividedBy(2);
	}

	private Duration reserve() {
		Duration quarter = this.stopTimeout.dividedBy(4);
		return (quarter.compareTo(RESERVE) < 0) ? quarter : RESERVE;
	}

}
