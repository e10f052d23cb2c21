package io.clustercontroller.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.clustercontroller.coordination.LoopThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;

/**
 * Ends the application from within, in an orderly way where that can be had.
 */
final class ApplicationEnd {

	private static final Logger logger = LoggerFactory.getLogger(ApplicationEnd.class);

	/** For what an application closes besides the cluster, as Spring allows a phase. */
	private static final Duration OTHERS = Duration.ofSeconds(30);

	private final ApplicationContext context;

	private final Duration limit;

	private final AtomicBoolean begun = new AtomicBoolean();

	/**
	 * @param stopTimeout how long the cluster may take of the end
	 */
	ApplicationEnd(ApplicationContext context, Duration stopTimeout) {
		this.context = context;
		this.limit = stopTimeout.plus(OTHERS);
	}

	/**
	 * Close the context and end the JVM. Returns at once; the first exit code counts. A
	 * JVM that cannot be ended in time is halted: it must not live on without its service
	 * as if nothing were.
	 */
	void begin(int exitCode) {
		if (this.begun.compareAndSet(false, true)) {
			// a signal that comes while the context closes changes nothing
			ServiceExitCode.choose(exitCode);
			// closing the context waits for the threads that ask for it; and no daemon,
			// which would be gone before it has given the exit code
			Thread end = new Thread(() -> System.exit(SpringApplication.exit(this.context, () -> exitCode)),
					"cluster-end");
			end.setDaemon(false);
			end.start();
			new LoopThread("cluster-end-watch", true).schedule(() -> {
				logger.error("The application has not ended within {} s and is halted", this.limit.toSeconds());
				Runtime.getRuntime().halt(exitCode);
			}, this.limit.toNanos(), TimeUnit.NANOSECONDS);
		}
	}

}
