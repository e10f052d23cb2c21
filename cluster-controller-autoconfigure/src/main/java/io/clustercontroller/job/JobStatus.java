package io.clustercontroller.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.clustercontroller.event.JobOutcome;

/**
 * A job as the whole service knows it.
 *
 * @param name its name
 * @param schedule the cron expression, or {@code -} for a job that runs when asked only
 * @param zone the zone that the expression is meant in
 * @param nextRun the next tick; empty if there is none, or the job is paused
 * @param lastTick the last tick that was claimed
 * @param lastRun the last run, for a tick or because it was asked for
 * @param pause why it does not run at present, if so
 * @param requested whether a run was asked for that has not begun yet
 */
public record JobStatus(String name, String schedule, String zone, Optional<Instant> nextRun,
		Optional<Instant> lastTick, Optional<LastRun> lastRun, Optional<Pause> pause, boolean requested) {

	/**
	 * The last run of a job.
	 *
	 * @param startedAt when it began, by the wall clock of the instance that ran it
	 * @param instanceId the instance that ran it
	 * @param fencingToken the token of its mastership
	 * @param outcome how it has ended; empty while it lasts, and for ever if the instance
	 * died in the middle
	 * @param duration how long it took
	 * @param error the kind of the exception and its message, if it has thrown one
	 */
	public record LastRun(Instant startedAt, String instanceId, long fencingToken, Optional<JobOutcome> outcome,
			Optional<Duration> duration, Optional<String> error) {
	}

	/**
	 * A pause of a job.
	 *
	 * @param reason why
	 * @param since since when, by the wall clock of the instance
	 * @param by the instance on which it was asked for
	 */
	public record Pause(String reason, Instant since, String by) {
	}

}
