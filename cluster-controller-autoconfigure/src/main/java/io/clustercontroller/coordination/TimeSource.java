package io.clustercontroller.coordination;

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

}
