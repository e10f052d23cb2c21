/**
 * Turns what the coordinator reports into roles, states and events.
 * <p>
 * One thread, {@code cluster-engine}, owns everything that changes; what others read is
 * one immutable {@link io.clustercontroller.engine.Standing}. Every decision is made from
 * a whole view of the cluster by a pure function,
 * {@link io.clustercontroller.engine.Election}. The guard {@code isMaster()} is evaluated
 * from the clocks wherever it is asked, so it closes in time even while that thread
 * stands still.
 */
@NullMarked
package io.clustercontroller.engine;

import org.jspecify.annotations.NullMarked;
