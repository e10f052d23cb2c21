package io.clustercontroller.event;

import java.time.Duration;
import java.util.Optional;

import io.clustercontroller.Member;

/**
 * The service has got another master, or none. Published on every member, after the role
 * event where there is one.
 *
 * @param master the master, or empty while there is none that is known
 * @param fencingToken the token of the master, or 0 while there is none
 * @param withoutMaster how long this instance has seen no master before this one, whether
 * there was none or it could not see; zero if the mastership was handed over, if it is
 * the one seen before, and while there is none. The time, up to the TTL, for which the
 * session of a dead master lives on is not in it
 */
public record MasterChangedEvent(Optional<Member> master, long fencingToken, Duration withoutMaster) {
}
