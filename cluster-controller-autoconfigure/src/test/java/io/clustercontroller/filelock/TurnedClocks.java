package io.clustercontroller.filelock;

import java.time.Duration;

import io.clustercontroller.coordination.TimeSource;

/**
 * The clocks of one machine, turned by hand.
 */
final class TurnedClocks implements TimeSource {

	private volatile long nanos;

	private volatile long millis;

	TurnedClocks(long nanos, long millis) {
		this.nanos = nanos;
		this.millis = millis;
	}

	@Override
	public long nanoTime() {
		return this.nanos;
	}

	@Override
	public long wallMillis() {
		return this.millis;
	}

	void pass(Duration time) {
		this.nanos += time.toNanos();
		this.millis += time.toMillis();
	}

	/** What a virtual machine sees of a time in which it was suspended. */
	void suspend(Duration time) {
		this.millis += time.toMillis();
	}

}
