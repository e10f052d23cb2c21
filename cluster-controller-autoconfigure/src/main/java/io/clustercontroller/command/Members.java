package io.clustercontroller.command;

import java.util.Set;

/**
 * The processes of a command that are alive.
 *
 * @param group those in its process group
 * @param others those that have left it
 */
record Members(Set<Long> group, Set<Long> others) {

	boolean isEmpty() {
		return this.group.isEmpty() && this.others.isEmpty();
	}

}
