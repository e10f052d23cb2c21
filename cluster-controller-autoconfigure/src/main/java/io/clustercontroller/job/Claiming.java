package io.clustercontroller.job;

import java.time.Instant;

import io.clustercontroller.job.JobRecord.Claim;
import io.clustercontroller.job.LedgerPage.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What has come of the attempt to claim a run.
 */
sealed interface Claiming {

	/**
	 * The run is ours, and nobody else's.
	 *
	 * @param claim the claim as it stands in the ledger
	 * @param tick the tick that it is for, or {@code null} if the run was asked for
	 * @param before the record before the claim
	 * @param entry the record with the claim
	 */
	record Claimed(Claim claim, @Nullable Instant tick, JobRecord before, Entry entry) implements Claiming {
	}

	/** There is no tick that nobody has claimed, and nobody has asked for a run. */
	record NothingDue() implements Claiming {
	}

	/** The job is paused. */
	record Paused() implements Claiming {
	}

	/**
	 * The run is not ours as far as anybody can say.
	 *
	 * @param reason what has happened, as a clause
	 */
	record Uncertain(String reason) implements Claiming {
	}

}
