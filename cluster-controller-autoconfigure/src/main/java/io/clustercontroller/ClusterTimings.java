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

	/**
	 * How often etcd looks for sessions that are over.
	 */
	private static final Duration EXPIRY = Duration.ofMillis(500);

	/**
	 * What an election may take: 0.45 s until the tenth candidate has its turn, where the
	 * nine before it are dead, 0.25 s after an attempt that led to nothing, and the rest
	 * for the requests.
	 */
	private static final Duration ELECTION = Duration.ofSeconds(1);

	/** What asking for a successor may take: three members, 1 s each. */
	private static final Duration SUCCESSION = Duration.ofSeconds(3);

	/**
	 * How long it takes at most from the death of a master until the next one is there:
	 * its session lives for the TTL since the last renewal, etcd notices within 0.5 s
	 * that it is over, and 1 s is for the election.
	 * <p>
	 * This holds while the coordinator answers and a member can take over. If the only
	 * one that can has handed over less than three TTLs ago, it leaves the others a
	 * second and 50 ms for each before it tries. Where etcd has to elect a new leader of
	 * its own at the same time it grants every session its whole TTL again, and where
	 * etcd is one that may end sessions that are alive, another TTL passes. With the
	 * local coordinator it takes a fraction of a second.
	 */
	public Duration crashFailoverLimit() {
		return this.ttl.plus(EXPIRY).plus(ELECTION);
	}

	/**
	 * How long it takes at most from the request to hand the mastership over until
	 * another instance is master: 3 s to find one that takes it, {@link #workLimit()} for
	 * the work of the old master to stop, and {@link #leaveLimit()} to pass it on. It is
	 * as long as the work takes to stop, and some milliseconds, where a healthy member is
	 * there. A stop takes less, {@link #stopTimeout()} at most, as it asks for a
	 * successor while the work stops.
	 */
	public Duration handOverLimit() {
		return SUCCESSION.plus(workLimit()).plus(leaveLimit());
	}

	/** How long the work of this instance may take to stop in an orderly way. */
	public Duration workLimit() {
		return this.stopTimeout.minus(reserve());
	}

	/**
	 * How long the work of a master may take to stop when its session is lost. The rest
	 * of the margin is for what has to be killed then.
	 */
	public Duration lossLimit() {
		return this.stepDownMargin.dividedBy(4).multipliedBy(3);
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
