package io.clustercontroller.command;

/**
 * What the machine offers for keeping hold of commands.
 *
 * @param shell whether there is a {@code sh}, without which there is no guard
 * @param sessions whether commands get a session and process group of their own
 * ({@code setsid})
 * @param parentDeathSignal whether the kernel kills a command with this JVM
 * ({@code setpriv})
 * @param processTable whether all processes can be looked at ({@code /proc})
 */
public record Capabilities(boolean shell, boolean sessions, boolean parentDeathSignal, boolean processTable) {

	/** Whether no process of a command can outlive this JVM. */
	public boolean leaveNoSurvivors() {
		return this.shell && this.sessions && this.processTable;
	}

}
