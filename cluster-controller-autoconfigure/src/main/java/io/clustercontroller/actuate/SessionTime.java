package io.clustercontroller.actuate;

import java.time.Duration;

/**
 * What is left of a session, for people.
 */
final class SessionTime {

	/** More than any TTL may be. */
	private static final Duration UNLIMITED = Duration.ofDays(365);

	private SessionTime() {
	}

	/** Whether the session ends with its process only, as with the local coordinator. */
	static boolean isUnlimited(Duration remaining) {
		return remaining.compareTo(UNLIMITED) >= 0;
	}

}
