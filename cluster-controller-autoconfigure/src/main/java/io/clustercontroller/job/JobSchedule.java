package io.clustercontroller.job;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;

/**
 * When a job is due: the ticks of a cron expression, which are points of time on the wall
 * clock and the same for every instance.
 *
 * @param cron the expression, or {@code null} for a job that is never due by itself
 * @param zone the zone that the expression is meant in
 */
record JobSchedule(@Nullable CronExpression cron, ZoneId zone) {

	/** What {@code @Scheduled} understands as no schedule at all. */
	static final String DISABLED = "-";

	/** No cron expression with a tick has none for longer: 29 February skips 2100. */
	private static final Duration LONGEST_GAP = Duration.ofDays(366 * 9);

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration LEAST_TOLERANCE = Duration.ofMillis(100);

	private static final Duration MOST_TOLERANCE = Duration.ofMinutes(1);

	private static final int TOLERATED_PART = 100;

	/**
	 * @throws IllegalArgumentException if it is no cron expression
	 */
	static JobSchedule of(String cron, ZoneId zone) {
		return new JobSchedule(cron.equals(DISABLED) ? null : CronExpression.parse(cron), zone);
	}

	/** The expression as text. */
	String text() {
		return (this.cron != null) ? this.cron.toString() : DISABLED;
	}

	/** The first tick after a point of time, or {@code null} if there is none. */
	@Nullable Instant next(Instant after) {
		ZonedDateTime next = (this.cron != null) ? this.cron.next(after.atZone(this.zone)) : null;
		return (next != null) ? next.toInstant() : null;
	}

	/**
	 * The last tick up to a point of time, or {@code null} if there was none. Found by
	 * looking back twice as far each time, and then by halves.
	 */
	@Nullable Instant last(Instant until) {
		Duration window = SECOND;
		while (!hasTick(until.minus(window), until)) {
			if (window.compareTo(LONGEST_GAP) > 0) {
				return null;
			}
			window = window.multipliedBy(2);
		}
		Instant low = until.minus(window);
		Instant high = until;
		// ticks are whole seconds, so this leaves one
		while (Duration.between(low, high).compareTo(SECOND) > 0) {
			Instant middle = low.plus(Duration.between(low, high).dividedBy(2));
			if (hasTick(middle, until)) {
				low = middle;
			}
			else {
				high = middle;
			}
		}
		return next(low);
	}

	private boolean hasTick(Instant after, Instant until) {
		Instant next = next(after);
		return next != null && !next.isAfter(until);
	}

	/**
	 * The tick that is due now. Schedulers wake up a little early at times, the more the
	 * longer they have waited: up to a hundredth of the interval before a tick counts as
	 * that tick, 100 ms at least and a minute at most.
	 */
	@Nullable Instant due(Instant now) {
		Instant last = last(now);
		Instant next = next(now);
		if (next == null || now.plus(tolerance(last, next)).isBefore(next)) {
			return last;
		}
		return next;
	}

	private static Duration tolerance(@Nullable Instant last, Instant next) {
		Duration part = (last != null) ? Duration.between(last, next).dividedBy(TOLERATED_PART) : Duration.ZERO;
		if (part.compareTo(LEAST_TOLERANCE) < 0) {
			return LEAST_TOLERANCE;
		}
		return (part.compareTo(MOST_TOLERANCE) > 0) ? MOST_TOLERANCE : part;
	}

	@Override
	public String toString() {
		return text() + " " + this.zone;
	}

}
