package io.clustercontroller.coordination;

import java.time.Duration;
import java.time.Instant;

/**
 * Both clocks of the machine, so that tests and the simulation can turn them.
 */
public interface TimeSource {

	/** The clocks of this machine. */
	TimeSource SYSTEM = new TimeSource() {

		@Override
		public long nanoTime() {
			return System.nanoTime();
		}

		@Override
		public long wallMillis() {
			return System.currentTimeMillis();
		}

	};

	/**
	 * Nanoseconds that never jump, but stand still while a virtual machine is suspended.
	 */
	long nanoTime();

	/** Milliseconds since 1970, which may jump, and run on while suspended. */
	long wallMillis();

	/**
	 * What is left of a limit that counts from when an event was published, which other
	 * listeners may have held up. All of it where the wall clock has jumped.
	 */
	default Duration remaining(Instant published, Duration limit) {
		Duration age = Duration.between(published, Instant.ofEpochMilli(wallMillis()));
		return (age.isNegative() || age.compareTo(limit) > 0) ? limit : limit.minus(age);
	}

}
