package io.clustercontroller.process;

import java.util.concurrent.atomic.AtomicBoolean;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;

/**
 * Ends the application from within, in an orderly way.
 */
final class ApplicationEnd {

	private final ApplicationContext context;

	private final AtomicBoolean begun = new AtomicBoolean();

	ApplicationEnd(ApplicationContext context) {
		this.context = context;
	}

	/**
	 * Close the context and end the JVM. Returns at once; the first exit code counts.
	 */
	void begin(int exitCode) {
		if (this.begun.compareAndSet(false, true)) {
			// closing the context waits for the threads that ask for it; and no daemon,
			// which would be gone before it has given the exit code
			Thread end = new Thread(() -> System.exit(SpringApplication.exit(this.context, () -> exitCode)),
					"cluster-end");
			end.setDaemon(false);
			end.start();
		}
	}

}
