package io.clustercontroller.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a process runs: this machine itself, or a network namespace of it.
 *
 * @param name for messages
 * @param address at which its servers are reached
 * @param enter the command in front of another one that runs it there, in the same
 * process; empty for the machine itself
 * @param folder where its servers keep what they have
 */
public record Host(String name, String address, List<String> enter, Path folder) {

	/** The machine itself, where everybody shares the ports of loopback. */
	public static final Host LOOPBACK = new Host("loopback", "127.0.0.1", List.of(),
			Path.of(System.getProperty("java.io.tmpdir")));

	public Host {
		enter = List.copyOf(enter);
	}

	/** The command that runs the given one here. */
	List<String> command(List<String> command) {
		List<String> whole = new ArrayList<>(this.enter);
		whole.addAll(command);
		return whole;
	}

}
