package io.clustercontroller.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.Member;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * Reads commands from the standard input, one per line with a number in front, and
 * answers each with that number on the standard output. The end of the input is the end
 * of whoever gave the commands, and of this process.
 */
final class ClusterCommands {

	static final String ANSWER = "@@";

	static final String DONE = "done";

	static final String FAILED = "failed";

	private final CompletableFuture<ConfigurableApplicationContext> context = new CompletableFuture<>();

	ClusterCommands() {
		ChildProcesses.daemon("cluster-commands", this::read).start();
	}

	/** From now on commands can be obeyed; they wait until then. */
	void execute(ConfigurableApplicationContext context) {
		this.context.complete(context);
	}

	private void read() {
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		input.lines().forEach((line) -> {
			String[] words = line.split(" ");
			// each by itself: a hand-over under way keeps nobody from asking
			Thread thread = new Thread(() -> answer(words), "cluster-command-" + line);
			// the process, which may end when its context is closed, waits for the answer
			thread.setDaemon(false);
			thread.start();
		});
		Runtime.getRuntime().halt(9);
	}

	private void answer(String[] words) {
		String answer;
		try {
			answer = DONE + " " + obey(this.context.join(), words);
		}
		catch (RuntimeException ex) {
			answer = FAILED + " " + ex.getClass().getSimpleName() + ": " + ex.getMessage();
		}
		System.out.println(ANSWER + " " + words[0] + " " + answer.replaceAll("\\s+", " "));
	}

	private static String obey(ConfigurableApplicationContext context, String[] words) {
		return switch (words[1]) {
			case "stepDown" -> {
				context.getBean(ClusterOperations.class).stepDown();
				yield "";
			}
			case "handOver" -> {
				context.getBean(ClusterOperations.class).handOver(words[2]);
				yield "";
			}
			case "close" -> {
				context.close();
				yield "";
			}
			case "self" -> describe(context.getBean(ClusterController.class).self());
			case "resources" -> resources();
			default -> throw new IllegalArgumentException("No such command: " + words[1]);
		};
	}

	private static String describe(Member self) {
		return self.instanceId() + " " + self.role() + " " + self.state();
	}

	/** What could leak: threads, open files and sockets, and memory in use. */
	private static String resources() {
		System.gc();
		Runtime runtime = Runtime.getRuntime();
		long heap = (runtime.totalMemory() - runtime.freeMemory()) / 1024;
		String[] files = new File("/proc/self/fd").list();
		return Thread.getAllStackTraces().size() + " " + ((files != null) ? files.length : 0) + " " + heap;
	}

}
