package io.clustercontroller.coordination;

import java.time.Duration;

/**
 * Says until when a session is valid. Both clocks are read <em>before</em> the request
 * was sent that confirmed the session: an answer may come long after the session's death.
 *
 * @param nanoTime reading of {@link TimeSource#nanoTime()} before the request was sent
 * @param wallMillis reading of {@link TimeSource#wallMillis()} at the same instant
 * @param validFor how long from there the session is valid, or {@link #UNLIMITED}
 */
public record Confirmation(long nanoTime, long wallMillis, Duration validFor) {

	/**
	 * For a session that ends with its process and not before. About 146 years: half of
	 * what a difference of two readings can express.
	 */
	public static final Duration UNLIMITED = Duration.ofNanos(Long.MAX_VALUE / 2);

	/**
	 * The first instant of {@link TimeSource#nanoTime()} at which it is valid no more.
	 */
	public long validUntil() {
		return this.nanoTime + this.validFor.toNanos();
	}

	public boolean isUnlimited() {
		return this.validFor.equals(UNLIMITED);
	}

}
