package io.clustercontroller.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * From one master to the next.
 *
 * @param before the one
 * @param after the other
 * @param kinds the faults of the former that were in progress between the two; those of
 * etcd where it had none
 */
record Change(Mastership before, Mastership after, Set<String> kinds) {

	static final String NO_FAULT = "none in progress";

	/** All of them in their order. */
	static List<Change> of(Course course, List<Mastership> masterships) {
		List<Change> changes = new ArrayList<>();
		for (int i = 1; i < masterships.size(); i++) {
			changes.add(of(course, masterships.get(i - 1), masterships.get(i)));
		}
		return changes;
	}

	private static Change of(Course course, Mastership before, Mastership after) {
		List<Injection> inProgress = course.injections()
			.stream()
			.filter((one) -> one.from() <= after.begin() && one.until() >= before.end())
			.toList();
		String place = before.life().place();
		Set<String> own = kinds(inProgress.stream().filter((one) -> one.target().equals(place)).toList());
		if (!own.isEmpty()) {
			return new Change(before, after, own);
		}
		return new Change(before, after,
				kinds(inProgress.stream()
					.filter((one) -> one.target().equals("etcd") || one.target().startsWith("node"))
					.toList()));
	}

	private static Set<String> kinds(List<Injection> injections) {
		return injections.stream().map(Injection::kind).collect(Collectors.toCollection(TreeSet::new));
	}

	/** From the last yes of the one to the first yes of the other. */
	long gap() {
		return Math.max(0, this.after.begin() - this.before.end());
	}

	/** One with two kinds of faults is with both. */
	static Map<String, List<Change>> byKind(List<Change> changes) {
		Map<String, List<Change>> byKind = new TreeMap<>();
		for (Change change : changes) {
			for (String kind : change.kinds.isEmpty() ? Set.of(NO_FAULT) : change.kinds) {
				byKind.computeIfAbsent(kind, (key) -> new ArrayList<>()).add(change);
			}
		}
		return byKind;
	}

	/** What the given part of the changes did not take longer than, in seconds. */
	static double quantile(List<Change> changes, double part) {
		if (changes.isEmpty()) {
			return 0;
		}
		long[] gaps = changes.stream().mapToLong(Change::gap).sorted().toArray();
		return gaps[(int) Math.min(gaps.length - 1, part * gaps.length)] / 1e9;
	}

}
