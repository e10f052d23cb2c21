package io.clustercontroller.process;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Whether the mastership heard of last is to be taken for lost before there is an event
 * of it. The events may be late, so the cluster itself is asked. A doubt that is settled
 * was no loss, and no event follows. Used on the supervisor's thread only.
 */
final class MastershipDoubt {

	private final long patience;

	private @Nullable Long since;

	private boolean loss;

	/**
	 * @param patience how long a session has to be unconfirmed
	 */
	MastershipDoubt(Duration patience) {
		this.patience = patience.toNanos();
	}

	/**
	 * Look again.
	 * @param certain whether the mastership is confirmed
	 * @param remaining what is left of the session
	 * @param now the nano time
	 * @return whether the doubt has just become a loss
	 */
	boolean becomesLoss(boolean certain, Duration remaining, long now) {
		if (certain) {
			this.since = null;
			this.loss = false;
			return false;
		}
		long since = since(now);
		this.since = since;
		boolean lost = !this.loss && remaining.isZero() && now - since > this.patience;
		this.loss |= lost;
		return lost;
	}

	boolean isLoss() {
		return this.loss;
	}

	/** The nano time at which the doubt began, which is now if there is none yet. */
	long since(long now) {
		return (this.since != null) ? this.since : now;
	}

}
