package io.clustercontroller.event;

import java.time.Instant;

/**
 * The service process has been started.
 *
 * @param pid its process id
 * @param restarts how often it had been started before
 * @param at when, by the wall clock of this instance
 */
public record ProcessStartedEvent(long pid, int restarts, Instant at) {
}
