package io.clustercontroller.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The run of a job with a ledger has ended. Published on the instance that ran it.
 *
 * @param name the name of the job
 * @param tick the tick that it ran for, or empty if the run was asked for
 * @param outcome how it has ended
 * @param duration how long it took
 * @param error the kind of the exception and its message, if it has thrown one
 * @param at when it has ended, by the wall clock of this instance
 */
public record JobCompletedEvent(String name, Optional<Instant> tick, JobOutcome outcome, Duration duration,
		Optional<String> error, Instant at) {
}
