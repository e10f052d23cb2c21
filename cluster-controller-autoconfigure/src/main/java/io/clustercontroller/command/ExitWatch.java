package io.clustercontroller.command;

/**
 * Tells of the end of a process from a thread of its own. {@link Process#onExit()} needs
 * a thread of the common pool, where the application may hold the news up.
 */
final class ExitWatch {

	private ExitWatch() {
	}

	static void start(Process process, String name, Runnable then) {
		Thread thread = new Thread(() -> {
			awaitEnd(process);
			then.run();
		}, name + "-" + process.pid() + "-exit");
		thread.setDaemon(true);
		thread.start();
	}

	private static void awaitEnd(Process process) {
		while (true) {
			try {
				process.waitFor();
				return;
			}
			catch (InterruptedException ex) {
				// the end of the process is the only one that this thread has
			}
		}
	}

}
