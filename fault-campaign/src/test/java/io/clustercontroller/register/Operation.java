package io.clustercontroller.register;

/**
 * A replacement of the value of a register: it was {@code from} and became {@code to}, at
 * one instant between the begin and the end. So at least its client believes.
 *
 * @param client who did it
 * @param from what the client had read
 * @param to what it wrote
 * @param begin before it read, by {@link System#nanoTime()}
 * @param end after the store had accepted what it wrote; {@link Long#MAX_VALUE} if it
 * does not know whether it has
 */
record Operation(String client, String from, String to, long begin, long end) {

	boolean isKnown() {
		return this.end != Long.MAX_VALUE;
	}

}
