package io.clustercontroller.engine;

import java.time.Duration;

import io.clustercontroller.coordination.Mastership;
import org.jspecify.annotations.Nullable;

/**
 * How long this instance has seen no master before the one it sees, or saw last. Used on
 * the engine's thread only.
 */
final class Vacancy {

	/** The last master seen, or 0 before the first one. */
	private long token;

	private boolean vacant;

	/** Nano time from which no master is seen, while there is none. */
	private long since;

	private Duration beforeMaster = Duration.ZERO;

	/**
	 * Take a look.
	 * @param master the master as applications see it, or {@code null} while none is seen
	 * @param joined whether there is a session to see it by; an instance that has never
	 * seen a master misses none before it has joined
	 * @param now nano time
	 */
	void see(@Nullable Mastership master, boolean joined, long now) {
		if (master == null) {
			if (!this.vacant && (joined || this.token != 0)) {
				this.vacant = true;
				this.since = now;
			}
		}
		else {
			if (master.token() != this.token) {
				this.beforeMaster = (this.vacant && !master.handedOver()) ? Duration.ofNanos(now - this.since)
						: Duration.ZERO;
			}
			else if (this.vacant) {
				// it was there all the time
				this.beforeMaster = Duration.ZERO;
			}
			this.token = master.token();
			this.vacant = false;
		}
	}

	/** How long none was seen before the last master seen. */
	Duration beforeMaster() {
		return this.beforeMaster;
	}

}
