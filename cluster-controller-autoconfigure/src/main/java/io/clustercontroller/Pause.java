package io.clustercontroller;

import java.time.Instant;
import java.util.Objects;

/**
 * A pause of a service: until it is over nobody becomes master by election. Immutable.
 *
 * @param reason why, as who paused has said
 * @param by the container of the instance through which it was asked for
 * @param since when it was asked for, by that instance's wall clock
 * @param until when it ends by itself; each instance goes by its own wall clock
 */
public record Pause(String reason, String by, Instant since, Instant until) {

	public Pause {
		requireText(reason, "reason");
		requireText(by, "by");
		if (reason.chars().anyMatch(Character::isISOControl)) {
			throw new IllegalArgumentException("'reason' must be a line of text, without control characters");
		}
		Objects.requireNonNull(since, "'since' must not be null");
		Objects.requireNonNull(until, "'until' must not be null");
	}

	/**
	 * Whether it is not over yet.
	 * @param wallMillis the wall clock of whoever asks
	 */
	public boolean isInForce(long wallMillis) {
		return Instant.ofEpochMilli(wallMillis).isBefore(this.until);
	}

	private static void requireText(String value, String name) {
		if (value == null || value.isBlank()) {
			throw new IllegalArgumentException("'" + name + "' must not be blank");
		}
	}

}
