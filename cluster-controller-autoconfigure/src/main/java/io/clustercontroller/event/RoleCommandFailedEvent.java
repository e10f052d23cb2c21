package io.clustercontroller.event;

import io.clustercontroller.Role;

/**
 * The command that tells the service about its new role has failed. The service goes on,
 * and may not have taken notice of its role.
 *
 * @param role the role it was to be told
 * @param fencingToken the token of the mastership that began or ended
 * @param reason what has happened
 */
public record RoleCommandFailedEvent(Role role, long fencingToken, String reason) {
}
