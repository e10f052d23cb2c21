package io.clustercontroller.examples.redis;

import java.util.Comparator;

/**
 * How far the data of a server reach. What comes under a higher token is newer, whatever
 * the number of writes: the others are those of a master of the past, that nobody was
 * told of.
 *
 * @param token the highest token that has been written with
 * @param writes how many writes there have been
 */
record Position(long token, long writes) implements Comparable<Position> {

	private static final Comparator<Position> ORDER = Comparator.comparingLong(Position::token)
		.thenComparingLong(Position::writes);

	@Override
	public int compareTo(Position other) {
		return ORDER.compare(this, other);
	}

}
