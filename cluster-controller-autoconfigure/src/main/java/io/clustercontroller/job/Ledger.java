package io.clustercontroller.job;

import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.job.Claiming.Claimed;
import io.clustercontroller.job.JobRecord.Claim;
import io.clustercontroller.job.JobRecord.Completion;
import io.clustercontroller.job.LedgerPage.Entry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims the runs of one job. In the normal case what was written last is known, so that
 * a claim is one transaction and its completion another one; only if one of them fails is
 * the record read, and everything decided anew. Used for one run at a time.
 */
final class Ledger {

	private static final Logger logger = LoggerFactory.getLogger(Ledger.class);

	private static final int ATTEMPTS = 2;

	private final LedgerPage page;

	private final JobSchedule schedule;

	private final Misfire misfire;

	private final TimeSource time;

	Ledger(LedgerPage page, JobSchedule schedule, Misfire misfire, TimeSource time) {
		this.page = page;
		this.schedule = schedule;
		this.misfire = misfire;
		this.time = time;
	}

	/**
	 * Claim the tick that is due, or the run that was asked for.
	 * @param instanceId this instance
	 * @param token the fencing token of its mastership, without which nothing is claimed
	 * @param deadline until when to wait for the coordinator
	 */
	Claiming claim(String instanceId, long token, long deadline) {
		Claim claim = new Claim(now(), instanceId, token);
		String refusal = "the ledger has refused the claim, and has not said why";
		try {
			Entry on = this.page.known();
			// a pause may have ended since
			if (on == null || on.job() == null || on.job().pause() != null) {
				on = this.page.read(deadline);
			}
			for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
				JobRecord before = known(on);
				Instant due = due(before);
				if (before.pause() != null) {
					return new Claiming.Paused();
				}
				if (!before.isUnclaimed(due) && before.request() == null) {
					return new Claiming.NothingDue();
				}
				Instant tick = before.isUnclaimed(due) ? due : null;
				JobRecord next = before.claimed((tick != null) ? tick : before.tick(), claim);
				Entry written = null;
				try {
					written = this.page.write(next, on.version(), token, deadline).orElse(null);
				}
				catch (CoordinationException ex) {
					refusal = String.valueOf(ex.getMessage());
				}
				if (written == null) {
					on = this.page.read(deadline);
					// an unclear answer may stand for a claim that has arrived
					written = isHeld(on, claim) ? on : null;
				}
				if (written != null) {
					return new Claimed(claim, tick, before, written);
				}
			}
			return new Claiming.Uncertain(refusal);
		}
		catch (CoordinationException ex) {
			return new Claiming.Uncertain(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * A job that nobody knew, or not with this schedule, begins with the tick at hand.
	 */
	private JobRecord known(Entry on) {
		Instant due = this.schedule.due(now());
		Instant since = (due != null) ? due.minusSeconds(1) : now();
		JobRecord job = on.job();
		if (job == null) {
			return JobRecord.begin(this.schedule.toString(), since);
		}
		return job.schedule().equals(this.schedule.toString()) ? job : job.scheduled(this.schedule.toString(), since);
	}

	/** One that was missed comes before one that is not quite due. */
	private @Nullable Instant due(JobRecord job) {
		Instant last = this.schedule.last(now());
		return (this.misfire == Misfire.RUN_ONCE && job.isUnclaimed(last)) ? last : this.schedule.due(now());
	}

	private Optional<Entry> tryWrite(JobRecord job, Entry on, @Nullable Long token, long deadline) {
		try {
			return this.page.write(job, on.version(), token, deadline);
		}
		catch (CoordinationException ex) {
			logger.debug("Looking whether it was written after all", ex);
			return Optional.empty();
		}
	}

	private static boolean isHeld(Entry entry, Claim claim) {
		return entry.job() != null && claim.equals(entry.job().claim());
	}

	/**
	 * Record how a run has ended, unless the next one has been claimed meanwhile. The
	 * mastership may have ended: what is said of our own claim is true all the same.
	 * @throws CoordinationException if it is not known whether it was recorded
	 */
	void complete(Claimed claimed, Completion completion, long deadline) {
		change(claimed, (job) -> job.completed(completion), deadline);
	}

	/**
	 * Take a claim back that has led to no run, so that the next master may have it.
	 * @throws CoordinationException if it is not known whether it was taken back; the
	 * tick then may count as run
	 */
	void withdraw(Claimed claimed, long deadline) {
		change(claimed, (job) -> job.withdrawn(claimed.before()), deadline);
	}

	private void change(Claimed claimed, UnaryOperator<JobRecord> change, long deadline) {
		Entry on = claimed.entry();
		for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
			JobRecord job = on.job();
			if (job == null || !claimed.claim().equals(job.claim()) || job.completion() != null
					|| tryWrite(change.apply(job), on, null, deadline).isPresent()) {
				return;
			}
			on = this.page.read(deadline);
		}
		throw new CoordinationException("the record changes too often", null);
	}

	private Instant now() {
		return Instant.ofEpochMilli(this.time.wallMillis());
	}

}
