package io.clustercontroller.filelock;

import java.time.Duration;

/**
 * The right to call a lock one's own, for a time. Immutable; evaluated from the clocks.
 */
interface Claim {

	/** The fencing token. */
	long token();

	/** How long the lock is held if nothing confirms it any more; zero if it is not. */
	Duration remaining();

	default boolean isValid() {
		return !remaining().isZero();
	}

}
