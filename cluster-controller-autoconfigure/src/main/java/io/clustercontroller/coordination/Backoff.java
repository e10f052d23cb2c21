package io.clustercontroller.coordination;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts that double up to a limit, each between half of it and all of
 * it, so that many who wait do not come back at once. Used by one thread.
 */
public final class Backoff {

	private final Duration first;

	private final Duration longest;

	private final RandomGenerator random;

	private Duration next;

	public Backoff(Duration first, Duration longest, RandomGenerator random) {
		this.first = first;
		this.longest = longest;
		this.random = random;
		this.next = first;
	}

	/** The pause before the next attempt. */
	public Duration next() {
		Duration pause = this.next;
		Duration doubled = pause.multipliedBy(2);
		this.next = (doubled.compareTo(this.longest) < 0) ? doubled : this.longest;
		return jittered(pause, this.random);
	}

	/** Something has succeeded; the next trouble is a new one. */
	public void reset() {
		this.next = this.first;
	}

	/** Between half of a duration and all of it. */
	public static Duration jittered(Duration duration, RandomGenerator random) {
		return Duration.ofMillis((long) (duration.toMillis() * (0.5 + random.nextDouble() / 2)));
	}

}
