package io.clustercontroller.event;

import java.time.Instant;

import io.clustercontroller.ClusterController;

/**
 * This instance has become slave; when the event is published
 * {@link ClusterController#isMaster()} is false already. On an orderly change the
 * mastership is released only after the listeners have returned, so this is the place to
 * stop the master's work.
 *
 * @param fencingToken the token of the mastership that has ended; after the start that of
 * the present master, or 0 while there is none
 * @param cause {@code STARTED}, {@code HANDED_OVER}, {@code STEPPED_DOWN},
 * {@code SESSION_LOST} or {@code STOPPING}
 * @param at when, by the wall clock of this instance
 */
public record BecameSlaveEvent(long fencingToken, RoleChangeCause cause, Instant at) {
}
