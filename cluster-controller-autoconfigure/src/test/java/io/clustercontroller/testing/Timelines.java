package io.clustercontroller.testing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.clustercontroller.event.BecameMasterEvent;
import org.jspecify.annotations.Nullable;

/**
 * Checks the timelines of several processes against the one promise: never two masters.
 * <p>
 * A sample says that a process was master, with a token, at some instant between two
 * looks at the clock that all processes share. Two samples are compared only if one
 * surely lies before the other, so what is reported has happened; what happened between
 * two samples may be missed.
 */
public final class Timelines {

	private Timelines() {
	}

	/**
	 * Check that no two of the processes were master at the same time, that tokens were
	 * used in growing order, and that the role events of each process alternate.
	 */
	public static void assertNeverTwoMasters(Collection<ClusterProcess> processes) {
		Map<String, List<Fact>> timelines = new LinkedHashMap<>();
		processes.forEach((process) -> timelines.put(process.name(), process.timeline()));
		List<String> violations = violations(timelines);
		if (!violations.isEmpty()) {
			throw new AssertionError(String.join("\n", violations));
		}
	}

	/** What is wrong with the timelines, by the names of their processes. */
	public static List<String> violations(Map<String, List<Fact>> timelines) {
		List<String> violations = new ArrayList<>();
		List<Use> uses = new ArrayList<>();
		timelines.forEach((process, facts) -> {
			uses.addAll(uses(process, facts));
			violations.addAll(missingTokens(process, facts));
			violations.addAll(RoleEventsCheck.violations(process, facts));
		});
		violations.addAll(sharedTokens(uses));
		violations.addAll(tokensOutOfOrder(uses));
		return violations;
	}

	private static List<Use> uses(String process, List<Fact> facts) {
		List<Use> uses = new ArrayList<>();
		for (Fact fact : facts) {
			boolean sample = fact.kind() == Fact.Kind.SAMPLE;
			if ((sample || fact.isEvent(BecameMasterEvent.class)) && fact.token().isPresent()) {
				uses.add(new Use(process, fact.token().getAsLong(), fact.at(), fact.until(), sample));
			}
		}
		return uses;
	}

	/** One sample alone may be taken in the very moment of a change. */
	private static List<String> missingTokens(String process, List<Fact> facts) {
		List<String> violations = new ArrayList<>();
		Fact previous = null;
		for (Fact fact : facts) {
			if (fact.kind() == Fact.Kind.SAMPLE) {
				if (previous != null && previous.token().isEmpty() && fact.token().isEmpty()) {
					violations.add(process + " was master without a fencing token at " + fact.at());
				}
				previous = fact;
			}
		}
		return violations;
	}

	private static List<String> sharedTokens(List<Use> uses) {
		List<String> violations = new ArrayList<>();
		Map<Long, String> owners = new HashMap<>();
		for (Use use : uses) {
			String owner = owners.putIfAbsent(use.token(), use.process());
			if (owner != null && !owner.equals(use.process())) {
				violations.add(owner + " and " + use.process() + " were both master with token " + use.token());
				owners.put(use.token(), use.process());
			}
		}
		return violations;
	}

	/**
	 * Whoever is master after another one has been seen with a higher token is a second
	 * master: his own token was given out before. This finds every pair of masters whose
	 * samples interleave, since one of the two has the lower token.
	 */
	private static List<String> tokensOutOfOrder(List<Use> uses) {
		List<String> violations = new ArrayList<>();
		List<Use> byBegin = uses.stream().filter(Use::sample).sorted(Comparator.comparingLong(Use::at)).toList();
		List<Use> byEnd = uses.stream().sorted(Comparator.comparingLong(Use::until)).toList();
		Map<String, Long> reported = new HashMap<>();
		Use highest = null;
		int ended = 0;
		for (Use use : byBegin) {
			while (ended < byEnd.size() && byEnd.get(ended).until() < use.at()) {
				highest = higher(highest, byEnd.get(ended++));
			}
			if (highest != null && highest.token() > use.token()
					&& !Long.valueOf(use.token()).equals(reported.put(use.process(), use.token()))) {
				violations.add("%s was master with token %d at %d, %d us after %s was master with token %d".formatted(
						use.process(), use.token(), use.at(), (use.at() - highest.until()) / 1000, highest.process(),
						highest.token()));
			}
		}
		return violations;
	}

	private static Use higher(@Nullable Use one, Use other) {
		return (one == null || other.token() >= one.token()) ? other : one;
	}

	/**
	 * A proof that a process was master.
	 *
	 * @param process which one
	 * @param token with which token
	 * @param at not before
	 * @param until not after, for a sample; an event proves it only for some time before
	 * @param sample whether it was master between the two times
	 */
	private record Use(String process, long token, long at, long until, boolean sample) {
	}

}
