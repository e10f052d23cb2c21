package io.clustercontroller.event;

import java.time.Instant;

import io.clustercontroller.ClusterController;

/**
 * This instance has become master; when the event is published
 * {@link ClusterController#isMaster()} is true already.
 *
 * @param fencingToken the token of this mastership, higher than every earlier one
 * @param cause {@code STARTED}, {@code PROMOTED} or {@code HANDED_OVER}
 * @param at when, by the wall clock of this instance
 */
public record BecameMasterEvent(long fencingToken, RoleChangeCause cause, Instant at) {
}
