package io.clustercontroller.engine;

import java.time.Duration;

import io.clustercontroller.coordination.Confirmation;

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
record Deadline(long stepDownAt, long nanoTime, long wallMillis, long tolerance) {

	static Deadline of(Confirmation confirmation, Duration stepDownMargin) {
		long margin = stepDownMargin.toNanos();
		return new Deadline(confirmation.validUntil() - margin, confirmation.nanoTime(), confirmation.wallMillis(),
				confirmation.isUnlimited() ? Long.MAX_VALUE : margin);
	}

	boolean isOver(long nanoTime) {
		return nanoTime - this.stepDownAt >= 0;
	}

	boolean isSuspect(long nanoTime, long wallMillis) {
		return (wallMillis - this.wallMillis) * 1_000_000 - (nanoTime - this.nanoTime) > this.tolerance;
	}

	boolean isOpen(long nanoTime, long wallMillis) {
		return !isOver(nanoTime) && !isSuspect(nanoTime, wallMillis);
	}

}
