package io.clustercontroller.command;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the processes of a command by their parents, where there is no table of all
 * processes. Who has lost the parent before the first look is not found.
 */
final class HandleFamily implements Family {

	private final ProcessHandle main;

	private final boolean hasGroup;

	private final Set<ProcessHandle> known = new HashSet<>();

	HandleFamily(ProcessHandle main, boolean hasGroup) {
		this.main = main;
		this.hasGroup = hasGroup;
		this.known.add(main);
	}

	@Override
	public Members find() {
		for (ProcessHandle handle : List.copyOf(this.known)) {
			handle.descendants().forEach(this.known::add);
		}
		this.known.removeIf((handle) -> !handle.isAlive());
		Set<Long> all = this.known.stream().map(ProcessHandle::pid).collect(Collectors.toSet());
		Set<Long> group = new HashSet<>();
		if (this.hasGroup && all.remove(this.main.pid())) {
			group.add(this.main.pid());
		}
		return new Members(group, all);
	}

}
