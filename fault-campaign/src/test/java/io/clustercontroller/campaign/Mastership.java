package io.clustercontroller.campaign;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.clustercontroller.testing.Fact;

/**
 * The time in which an instance was seen to be master with one token.
 *
 * @param life its process
 * @param token its token
 * @param samples when it said yes, in their order; never empty
 */
record Mastership(Life life, long token, List<Long> samples) {

	/** All of them in the order of their begin. */
	static List<Mastership> of(Course course) {
		List<Mastership> all = new ArrayList<>();
		for (Life life : course.lives()) {
			Map<Long, List<Long>> samples = new LinkedHashMap<>();
			for (Fact fact : life.facts()) {
				if (fact.kind() == Fact.Kind.SAMPLE && fact.token().isPresent()) {
					samples.computeIfAbsent(fact.token().getAsLong(), (token) -> new ArrayList<>()).add(fact.at());
				}
			}
			samples.forEach((token, times) -> all.add(new Mastership(life, token, times)));
		}
		all.sort(Comparator.comparingLong(Mastership::begin));
		return all;
	}

	long begin() {
		return this.samples.get(0);
	}

	long end() {
		return this.samples.get(this.samples.size() - 1);
	}

	/** When it had surely been seen; never if there was but one look. */
	long seenAt() {
		return (this.samples.size() > 1) ? this.samples.get(1) : Long.MAX_VALUE;
	}

	/** The median of the time between two looks at a master. */
	static long usualDistance(List<Mastership> all) {
		long[] distances = all.stream()
			.flatMapToLong((one) -> IntStream.range(1, one.samples.size())
				.mapToLong((i) -> one.samples.get(i) - one.samples.get(i - 1)))
			.sorted()
			.toArray();
		return (distances.length > 0) ? distances[distances.length / 2] : 0;
	}

	/**
	 * Whether it held from the one time to the other without standing still for longer.
	 */
	boolean covers(long from, long to, long longestGap) {
		if (begin() > from || end() < to) {
			return false;
		}
		int found = Collections.binarySearch(this.samples, from);
		int i = (found >= 0) ? found : -found - 2;
		for (; this.samples.get(i) < to; i++) {
			if (this.samples.get(i + 1) - this.samples.get(i) > longestGap) {
				return false;
			}
		}
		return true;
	}

}
