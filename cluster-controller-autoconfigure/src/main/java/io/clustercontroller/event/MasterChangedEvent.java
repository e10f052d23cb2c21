package io.clustercontroller.event;

import java.util.Optional;

import io.clustercontroller.Member;

/**
 * The service has got another master, or none. Published on every member, after the role
 * event where there is one.
 *
 * @param master the master, or empty while there is none that is known
 * @param fencingToken the token of the master, or 0 while there is none
 */
public record MasterChangedEvent(Optional<Member> master, long fencingToken) {
}
