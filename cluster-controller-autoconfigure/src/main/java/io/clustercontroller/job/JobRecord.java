package io.clustercontroller.job;

import java.time.Duration;
import java.time.Instant;

import io.clustercontroller.event.JobOutcome;
import io.clustercontroller.job.JobStatus.Pause;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger knows of one job. Immutable.
 *
 * @param schedule the schedule that the masters run it by
 * @param since when it was first known with this schedule, or resumed: ticks up to then
 * are nobody's business
 * @param tick the last tick that was claimed
 * @param claim who has run it last
 * @param completion how that run has ended; {@code null} while it lasts, and for ever if
 * its instance died
 * @param pause why it does not run at present
 * @param request who wants it to run now
 */
record JobRecord(String schedule, Instant since, @Nullable Instant tick, @Nullable Claim claim,
		@Nullable Completion completion, @Nullable Pause pause, @Nullable Request request) {

	static JobRecord begin(String schedule, Instant since) {
		return new JobRecord(schedule, since, null, null, null, null, null);
	}

	/** Whether a tick is to be run that nobody has claimed. */
	boolean isUnclaimed(@Nullable Instant due) {
		return due != null && due.isAfter(this.since) && (this.tick == null || due.isAfter(this.tick));
	}

	/** With another schedule, whose ticks count from now on. */
	JobRecord scheduled(String schedule, Instant since) {
		return new JobRecord(schedule, since, this.tick, this.claim, this.completion, this.pause, this.request);
	}

	/** Claimed for a run, which also serves a request. */
	JobRecord claimed(@Nullable Instant tick, Claim claim) {
		return new JobRecord(this.schedule, this.since, tick, claim, null, this.pause, null);
	}

	/** As before the claim, which has led to no run. */
	JobRecord withdrawn(JobRecord before) {
		return new JobRecord(this.schedule, this.since, before.tick, before.claim, before.completion, this.pause,
				(this.request != null) ? this.request : before.request);
	}

	JobRecord completed(Completion completion) {
		return new JobRecord(this.schedule, this.since, this.tick, this.claim, completion, this.pause, this.request);
	}

	JobRecord paused(Pause pause) {
		return new JobRecord(this.schedule, this.since, this.tick, this.claim, this.completion, pause, null);
	}

	/** Ticks that came due during the pause are not caught up. */
	JobRecord resumed(Instant since) {
		return new JobRecord(this.schedule, since, this.tick, this.claim, this.completion, null, this.request);
	}

	JobRecord requested(Request request) {
		return new JobRecord(this.schedule, this.since, this.tick, this.claim, this.completion, this.pause, request);
	}

	/**
	 * The right to one run. No two are equal.
	 *
	 * @param startedAt when, by the wall clock of the instance
	 * @param instanceId the instance that runs it
	 * @param token the fencing token of its mastership
	 */
	record Claim(Instant startedAt, String instanceId, long token) {
	}

	/**
	 * How a run has ended.
	 *
	 * @param error the kind of the exception and its message, if it has thrown one
	 */
	record Completion(JobOutcome outcome, Duration duration, @Nullable String error) {
	}

	/**
	 * The wish for one run.
	 *
	 * @param at when, by the wall clock of the instance
	 * @param by the instance on which it was asked for
	 */
	record Request(Instant at, String by) {
	}

}
