package io.clustercontroller.coordination;

/**
 * Interrupts the thread that has made it if the process is told to stop before it is
 * closed. For waits in the start of the application: Spring's own shutdown hook waits
 * until the start is over.
 */
public final class InterruptOnShutdown implements AutoCloseable {

	private final Thread hook = new Thread(Thread.currentThread()::interrupt, "cluster-abort-start");

	/**
	 * @throws IllegalStateException if the process is ending already
	 */
	public InterruptOnShutdown() {
		Runtime.getRuntime().addShutdownHook(this.hook);
	}

	@Override
	public void close() {
		try {
			Runtime.getRuntime().removeShutdownHook(this.hook);
		}
		catch (IllegalStateException ex) {
			// the process is ending, and the hook has done its work
		}
	}

}
