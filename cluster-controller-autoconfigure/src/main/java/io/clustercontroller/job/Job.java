package io.clustercontroller.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.clustercontroller.ClusterController;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.ClusterEvents;
import io.clustercontroller.event.JobCompletedEvent;
import io.clustercontroller.event.JobOutcome;
import io.clustercontroller.event.JobSkippedEvent;
import io.clustercontroller.event.JobSkippedEvent.Reason;
import io.clustercontroller.job.Claiming.Claimed;
import io.clustercontroller.job.JobRecord.Completion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.StringUtils;

/**
 * A job with a ledger. Whoever calls it, for whatever reason, makes it look into the
 * ledger; what stands there decides whether it runs. It runs once at a time on this
 * instance.
 */
final class Job {

	private static final Logger logger = LoggerFactory.getLogger(Job.class);

	/** Far more than a transaction takes, and short beside an orderly stop. */
	static final Duration LEDGER_LIMIT = Duration.ofSeconds(5);

	private static final int LONGEST_ERROR = 200;

	private final JobDefinition definition;

	private final JobSchedule schedule;

	private final LedgerPage page;

	private final Ledger ledger;

	private final Guard guard;

	private final ClusterController cluster;

	private final ClusterEvents events;

	private final TimeSource time;

	private final Consumer<Job> onUnsettled;

	/** Looks under way: one that works, and those it has turned away. */
	private final AtomicInteger looks = new AtomicInteger();

	/** The latest version that anybody has told of. */
	private final AtomicLong hinted = new AtomicLong();

	private volatile boolean uncertain;

	/**
	 * @param onUnsettled called after a look that has left something open
	 */
	Job(JobDefinition definition, LedgerPage page, Guard guard, ClusterController cluster, ClusterEvents events,
			TimeSource time, Consumer<Job> onUnsettled) {
		this.definition = definition;
		this.schedule = definition.schedule();
		this.page = page;
		this.ledger = new Ledger(page, this.schedule, definition.misfire(), time);
		this.guard = guard;
		this.cluster = cluster;
		this.events = events;
		this.time = time;
		this.onUnsettled = onUnsettled;
	}

	String name() {
		return this.definition.name();
	}

	JobSchedule schedule() {
		return this.schedule;
	}

	LedgerPage page() {
		return this.page;
	}

	boolean isBusy() {
		return this.looks.get() > 0;
	}

	/** Whether its last look could not find out what it had to know. */
	boolean isUncertain() {
		return this.uncertain;
	}

	/** Note that the record was written by somebody. */
	void hint(long version) {
		this.hinted.accumulateAndGet(version, Math::max);
	}

	/** Whether the record has been written since this instance has seen it last. */
	boolean isOutdated() {
		return this.uncertain || isUnread();
	}

	/** Whether there is something that this instance has heard of and not seen. */
	boolean isUnread() {
		return this.hinted.get() > this.page.knownVersion();
	}

	/**
	 * Whether a run is wanted at once, as far as this instance knows: one that was asked
	 * for, or one that was missed, if only because the run before has lasted too long.
	 */
	boolean isWanted() {
		JobRecord job = this.page.knownJob();
		return job != null && job.pause() == null && (job.request() != null
				|| this.definition.misfire() == Misfire.RUN_ONCE && job.isUnclaimed(this.schedule.due(now())));
	}

	/**
	 * Look into the ledger, and do the work if it is due. Waits for the coordinator and
	 * for the work.
	 * @param interruptible whether the end of the mastership interrupts the work
	 * @throws Throwable what the work throws
	 */
	Look look(boolean interruptible, Work work) throws Throwable {
		if (!this.guard.isOpen(Role.MASTER) || this.cluster.state() == MemberState.STOPPING) {
			return Look.REFUSED;
		}
		if (this.looks.getAndIncrement() > 0) {
			turnAway();
			return Look.SKIPPED;
		}
		try {
			return enter(interruptible, work);
		}
		finally {
			boolean turnedAway = this.looks.getAndSet(0) > 1;
			if (turnedAway || isOutdated() || isWanted()) {
				this.onUnsettled.accept(this);
			}
		}
	}

	private void turnAway() {
		JobRecord job = this.page.knownJob();
		if (job != null && job.isUnclaimed(this.schedule.due(now()))) {
			skipped(Reason.STILL_RUNNING);
		}
	}

	private Look enter(boolean interruptible, Work work) throws Throwable {
		Run run = this.guard.enter(Role.MASTER, interruptible);
		if (run == null) {
			return Look.REFUSED;
		}
		try {
			Claiming claiming = this.ledger.claim(this.cluster.self().instanceId(), run.token(), claimDeadline());
			this.uncertain = claiming instanceof Claiming.Uncertain;
			if (claiming instanceof Claimed claimed) {
				return run.begin() ? Look.done(perform(run, claimed, work)) : giveBack(claimed);
			}
			notClaimed(claiming, run);
			return Look.SKIPPED;
		}
		finally {
			this.guard.leave(run);
		}
	}

	/** A claim that is answered after the session's end would be of no use. */
	private long claimDeadline() {
		Duration remaining = this.cluster.sessionRemaining();
		return this.time.nanoTime()
				+ ((remaining.compareTo(LEDGER_LIMIT) < 0) ? remaining.toNanos() : LEDGER_LIMIT.toNanos());
	}

	private @Nullable Object perform(Run run, Claimed claimed, Work work) throws Throwable {
		long begun = this.time.nanoTime();
		Throwable failure = null;
		try {
			return work.run();
		}
		catch (Throwable ex) {
			failure = ex;
			throw ex;
		}
		finally {
			run.end();
			complete(claimed, completion(run, failure, Duration.ofNanos(this.time.nanoTime() - begun)));
		}
	}

	private static Completion completion(Run run, @Nullable Throwable failure, Duration duration) {
		Duration rounded = Duration.ofMillis(duration.toMillis());
		if (failure == null) {
			return new Completion(JobOutcome.SUCCEEDED, rounded, null);
		}
		String text = failure.getClass().getSimpleName()
				+ ((failure.getMessage() != null) ? ": " + failure.getMessage() : "");
		return new Completion(run.wasInterrupted() ? JobOutcome.INTERRUPTED : JobOutcome.FAILED, rounded,
				StringUtils.truncate(text, LONGEST_ERROR));
	}

	private void complete(Claimed claimed, Completion completion) {
		try {
			this.ledger.complete(claimed, completion, ledgerDeadline());
		}
		catch (CoordinationException ex) {
			logger.warn("Job '{}' has {}, which may be missing in its ledger: {}", name(), completion.outcome(),
					ex.getMessage());
		}
		this.events.publish(new JobCompletedEvent(name(), Optional.ofNullable(claimed.tick()), completion.outcome(),
				completion.duration(), Optional.ofNullable(completion.error()), now()));
	}

	private Look giveBack(Claimed claimed) {
		try {
			this.ledger.withdraw(claimed, ledgerDeadline());
		}
		catch (CoordinationException ex) {
			logger.warn("Job '{}' did not run, and its tick may count as run: {}", name(), ex.getMessage());
		}
		skipped(Reason.MASTERSHIP_LOST);
		return Look.SKIPPED;
	}

	private void notClaimed(Claiming claiming, Run run) {
		if (claiming instanceof Claiming.Paused) {
			skipped(Reason.PAUSED);
		}
		else if (claiming instanceof Claiming.Uncertain failed && this.guard.isOpenFor(run)) {
			logger.warn("Job '{}' does not run, as it is not known whether its tick is claimed: {}", name(),
					failed.reason());
			skipped(Reason.UNCERTAIN);
		}
		else if (claiming instanceof Claiming.Uncertain) {
			skipped(Reason.MASTERSHIP_LOST);
		}
	}

	private void skipped(Reason reason) {
		this.events.publish(new JobSkippedEvent(name(), reason, now()));
	}

	private long ledgerDeadline() {
		return this.time.nanoTime() + LEDGER_LIMIT.toNanos();
	}

	private Instant now() {
		return Instant.ofEpochMilli(this.time.wallMillis());
	}

	/**
	 * The work of a job.
	 */
	@FunctionalInterface
	interface Work {

		@Nullable Object run() throws Throwable;

	}

}
