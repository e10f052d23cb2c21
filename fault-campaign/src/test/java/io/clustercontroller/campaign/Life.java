package io.clustercontroller.campaign;

import java.util.List;

import io.clustercontroller.testing.Fact;

/**
 * One process of an instance, from its start to its end.
 *
 * @param name of the process, unlike all others
 * @param place of the instance, such as {@code a}, which the next process takes over when
 * this one has ended
 * @param instanceId of the member; empty if it was never known
 * @param startedAt by {@link System#nanoTime()}
 * @param endedAt the same; {@link Long#MAX_VALUE} if it lives
 * @param end how it ended, such as {@code SIGKILL}, {@code SIGTERM, 143}; empty if it
 * lives
 * @param facts what it has written itself
 */
record Life(String name, String place, String instanceId, long startedAt, long endedAt, String end, List<Fact> facts) {
}
