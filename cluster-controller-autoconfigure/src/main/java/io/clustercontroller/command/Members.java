package io.clustercontroller.command;

import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The processes of a command that are alive, in the order of their numbers: so a signal
 * reaches the parents first, who would else see their children die without a reason.
 *
 * @param group those in its process group
 * @param others those that have left it
 */
record Members(SortedSet<Long> group, SortedSet<Long> others) {

	Members(Collection<Long> group, Collection<Long> others) {
		this(new TreeSet<>(group), new TreeSet<>(others));
	}

	boolean isEmpty() {
		return this.group.isEmpty() && this.others.isEmpty();
	}

}
