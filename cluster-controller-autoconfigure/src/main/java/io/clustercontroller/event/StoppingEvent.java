package io.clustercontroller.event;

import java.time.Duration;
import java.time.Instant;

/**
 * This instance is about to leave its service; published once, after the
 * {@link BecameSlaveEvent} if it was master. It gives up its mastership and leaves only
 * after the listeners have returned, so this is the place to stop what runs in either
 * role.
 *
 * @param at when, by the wall clock of this instance
 * @param limit how long the listeners may take; then it leaves without waiting for them
 */
public record StoppingEvent(Instant at, Duration limit) {
}
