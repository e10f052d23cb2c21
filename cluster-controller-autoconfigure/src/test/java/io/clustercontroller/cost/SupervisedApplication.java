package io.clustercontroller.cost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.LockSupport;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * The application in a {@link Supervision}: the starter, with Boot's own logging. Ends
 * with its parent at the latest.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class SupervisedApplication {

	/** Where it leaves its stamps. */
	static final String DIRECTORY = "measure.directory";

	/** That it has started; a file. */
	static final String UP = "up";

	/**
	 * When the service could be started at the earliest: it is its turn, and its role is
	 * known; a file with microseconds since the epoch.
	 */
	static final String DUE = "due";

	/** How many calls of its own log are to be measured, if any. */
	static final String OWN_CALLS = "measure.own-calls";

	/** The times of these calls; a file with one number of nanoseconds in a line. */
	static final String OWN_TIMES = "own-times";

	private static final long PAUSE = 1_000_000_000;

	/** The phase of the service is one above. */
	private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 129;

	public static void main(String[] args) throws IOException {
		ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
		Thread end = new Thread(() -> liveNoLongerThan(parent), "end-with-parent");
		end.setDaemon(true);
		end.start();
		Path directory = Path.of(System.getProperty(DIRECTORY));
		SpringApplication application = new SpringApplication(SupervisedApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setBannerMode(Banner.Mode.OFF);
		application.run(args);
		Files.createFile(directory.resolve(UP));
		int calls = Integer.getInteger(OWN_CALLS, 0);
		if (calls > 0) {
			OwnLog.measure(calls, directory);
		}
	}

	@Bean
	SmartLifecycle beforeStart() {
		return new SmartLifecycle() {

			private volatile boolean running;

			@Override
			public void start() {
				this.running = true;
				stamp(Path.of(System.getProperty(DIRECTORY), DUE));
			}

			@Override
			public void stop() {
				this.running = false;
			}

			@Override
			public boolean isRunning() {
				return this.running;
			}

			@Override
			public int getPhase() {
				return PHASE;
			}

		};
	}

	@Bean
	static RoleStamp roleStamp() {
		return new RoleStamp();
	}

	private static void stamp(Path file) {
		long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
		try {
			Files.writeString(file, now + "\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A thread that reads the standard input would do as well, but a JVM that ends waits
	 * 300 ms for a thread in native code.
	 */
	private static void liveNoLongerThan(ProcessHandle parent) {
		while (parent.isAlive()) {
			LockSupport.parkNanos(PAUSE);
		}
		Runtime.getRuntime().halt(9);
	}

	/** Hears of a role before the service does. */
	static final class RoleStamp {

		@EventListener({ BecameMasterEvent.class, BecameSlaveEvent.class })
		@Order(Ordered.HIGHEST_PRECEDENCE)
		void roleKnown(Object event) {
			// that of the end comes too late to be read
			stamp(Path.of(System.getProperty(DIRECTORY), DUE));
		}

	}

}
