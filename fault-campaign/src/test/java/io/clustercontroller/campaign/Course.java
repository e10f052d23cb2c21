package io.clustercontroller.campaign;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * All that is known of a campaign, complete or not. Times are those of
 * {@link System#nanoTime()}, the one clock of all processes.
 *
 * @param seed that draws the same schedule again
 * @param startedAt by the wall clock
 * @param begin when the first instance was started
 * @param end when the last thing was looked at
 * @param ended whether the campaign ran to its end
 * @param setting what it ran on, for the reader: network, versions, sizes, in the order
 * to be shown
 * @param injections in the order of their begin
 * @param quietPoints when all faults were healed and the service was to recover
 * @param recoveryLimit how long a recovery may take
 * @param lives all processes there have been
 * @param ticks the rows of the job
 * @param nodes what was seen of the nodes of etcd
 * @param levels taken at quiet points
 * @param leftBehind what was found when all had ended and should not have been: each a
 * process, a key or a lease in words
 */
record Course(long seed, Instant startedAt, long begin, long end, boolean ended, Map<String, String> setting,
		List<Injection> injections, List<QuietPoint> quietPoints, Duration recoveryLimit, List<Life> lives,
		List<Tick> ticks, List<NodeState> nodes, List<Level> levels, List<String> leftBehind) {

	/**
	 * A moment at which nothing was wrong any more.
	 *
	 * @param healedAt when the last fault was healed
	 * @param recoveredAt when there was a master and all members were active;
	 * {@link Long#MAX_VALUE} if that did not come in time
	 */
	record QuietPoint(long healedAt, long recoveredAt) {
	}

	/**
	 * A change of a node of etcd.
	 *
	 * @param node its name
	 * @param at when it was seen
	 * @param state {@code leader}, {@code follower}, {@code silent}
	 */
	record NodeState(String node, long at, String state) {
	}

}
