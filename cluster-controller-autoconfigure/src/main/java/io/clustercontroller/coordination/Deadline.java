package io.clustercontroller.coordination;

import java.time.Duration;

/**
 * Until when this instance may act on a confirmed session. Immutable.
 *
 * @param stepDownAt the first nano time at which it may no longer
 * @param nanoTime the nano time from which the confirmation counts
 * @param wallMillis the wall clock at that instant
 * @param tolerance by how many nanoseconds the wall clock may have run ahead of the nano
 * time since then; the nano time stands still while a virtual machine is suspended, and
 * the session goes on ageing. As it is the margin before the session's end, a suspension
 * that stays below it does no harm.
 */
public record Deadline(long stepDownAt, long nanoTime, long wallMillis, long tolerance) {

	/**
	 * The deadline of a confirmed session.
	 * @param margin how long before the end of the session it is
	 */
	public static Deadline of(Confirmation confirmation, Duration margin) {
		long tolerance = margin.toNanos();
		return new Deadline(confirmation.validUntil() - tolerance, confirmation.nanoTime(), confirmation.wallMillis(),
				confirmation.isUnlimited() ? Long.MAX_VALUE : tolerance);
	}

	public boolean isOver(long nanoTime) {
		return nanoTime - this.stepDownAt >= 0;
	}

	/** Whether the machine seems to have been suspended for too long. */
	public boolean isSuspect(long nanoTime, long wallMillis) {
		return (wallMillis - this.wallMillis) * 1_000_000 - (nanoTime - this.nanoTime) > this.tolerance;
	}

	public boolean isOpen(long nanoTime, long wallMillis) {
		return !isOver(nanoTime) && !isSuspect(nanoTime, wallMillis);
	}

	/** How long it is open from now, or nothing. */
	public Duration remaining(TimeSource time) {
		long now = time.nanoTime();
		return isOpen(now, time.wallMillis()) ? Duration.ofNanos(this.stepDownAt - now) : Duration.ZERO;
	}

}
