package io.clustercontroller.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.clustercontroller.command.ProcessTable.Entry;

/**
 * Finds the processes of a command in the table of all processes: by their group, their
 * session, their parent, and by a cookie that everything inherits with its environment.
 */
final class TableFamily implements Family {

	private final Process main;

	private final byte[] cookie;

	/** Nothing that is older can belong to it. */
	private final long started;

	/**
	 * Whether the number of the main process can only mean this command. It may be given
	 * to another process once neither the process nor its group nor its session is there.
	 */
	private boolean numberIsOurs = true;

	TableFamily(Process main, String cookie) throws IOException {
		this.main = main;
		this.cookie = cookie.getBytes(StandardCharsets.UTF_8);
		Entry entry = ProcessTable.find(main.pid());
		this.started = (entry != null) ? entry.started() : 0;
	}

	@Override
	public Members find() throws IOException {
		// asked first: who is reaped while the table is read is still ours
		boolean mainIsThere = this.main.isAlive();
		List<Entry> table = ProcessTable.read().stream().filter((entry) -> entry.started() >= this.started).toList();
		Set<Long> all = new HashSet<>();
		if (this.numberIsOurs) {
			table.stream().filter(this::hasNumber).map(Entry::pid).forEach(all::add);
			this.numberIsOurs = mainIsThere || !all.isEmpty();
		}
		Set<Long> group = new HashSet<>(all);
		group.retainAll(table.stream().filter((entry) -> entry.group() == this.main.pid()).map(Entry::pid).toList());
		for (Entry entry : table) {
			if (!all.contains(entry.pid()) && ProcessTable.hasInEnvironment(entry.pid(), this.cookie)) {
				all.add(entry.pid());
			}
		}
		addDescendants(table, all);
		all.removeAll(group);
		return new Members(group, all);
	}

	private boolean hasNumber(Entry entry) {
		long number = this.main.pid();
		return entry.pid() == number || entry.group() == number || entry.session() == number;
	}

	private static void addDescendants(List<Entry> table, Set<Long> all) {
		boolean more = !all.isEmpty();
		while (more) {
			more = false;
			for (Entry entry : table) {
				more |= all.contains(entry.parent()) && all.add(entry.pid());
			}
		}
	}

}
