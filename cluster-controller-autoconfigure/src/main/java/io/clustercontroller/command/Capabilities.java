package io.clustercontroller.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

	private static final Logger logger = LoggerFactory.getLogger(Capabilities.class);

	/** Find out by trying; takes some milliseconds. */
	static Capabilities probe() {
		return new Capabilities(succeeds("sh", "-c", "kill -0 \"$$\" && sleep 0.01"), succeeds("setsid", "true"),
				succeeds("setpriv", "--pdeathsig", "KILL", "--", "true"), ProcessTable.isReadable());
	}

	/** Whether no process of a command can outlive this JVM. */
	public boolean leaveNoSurvivors() {
		return this.shell && this.sessions && this.processTable;
	}

	/**
	 * What holds on this machine, what does not, and what would help, in whole sentences.
	 */
	public String describe() {
		List<String> sentences = new ArrayList<>();
		sentences.add(leaveNoSurvivors() ? "Nothing that a command starts outlives this JVM, however it ends."
				: "What a command starts may outlive this JVM if it is killed.");
		if (!this.shell) {
			sentences.add("There is no usable 'sh' with 'sleep', so no guard: the packages dash and coreutils, or "
					+ "busybox, bring them.");
		}
		if (!this.sessions) {
			sentences.add("There is no 'setsid', so commands have no process group of their own, and a stop may miss "
					+ "what they leave behind: the package util-linux, or busybox, brings it.");
		}
		if (!this.parentDeathSignal) {
			sentences.add("There is no 'setpriv' that knows --pdeathsig, so a command does not die in the same moment "
					+ "as this JVM" + (this.shell ? ", but by the guard" : "") + ": the package util-linux (Alpine: "
					+ "setpriv) brings it.");
		}
		if (!this.processTable) {
			sentences.add("There is no readable /proc, so what has left the process group is not found: mount it, or "
					+ "run on Linux.");
		}
		return String.join(" ", sentences);
	}

	private static boolean succeeds(String... command) {
		try {
			Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.redirectError(ProcessBuilder.Redirect.DISCARD)
				.start();
			process.getOutputStream().close();
			boolean ended = process.waitFor(5, TimeUnit.SECONDS);
			if (!ended) {
				process.destroyForcibly();
			}
			return ended && process.exitValue() == 0;
		}
		catch (IOException ex) {
			logger.debug("Not on this machine: {}", command[0], ex);
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
