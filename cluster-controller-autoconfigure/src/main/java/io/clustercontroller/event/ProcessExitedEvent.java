package io.clustercontroller.event;

import java.time.Duration;
import java.time.Instant;

/**
 * The service process has ended.
 *
 * @param pid its process id
 * @param exitCode its exit code; 128 and the number of the signal if a signal ended it; 0
 * if it was stopped and ended by SIGTERM or SIGINT
 * @param stopped whether it was stopped by its controller, and not by itself or by others
 * @param uptime how long it ran
 * @param at when, by the wall clock of this instance
 */
public record ProcessExitedEvent(long pid, int exitCode, boolean stopped, Duration uptime, Instant at) {
}
