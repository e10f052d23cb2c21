package io.clustercontroller.cost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The application in a {@link Supervision}: the starter, with Boot's own logging. Ends
 * with its standard input at the latest.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class SupervisedApplication {

	/** Where it leaves its stamps. */
	static final String DIRECTORY = "measure.directory";

	/** That it has started; a file. */
	static final String UP = "up";

	/** When it is the turn of the service to be started; a file, as below. */
	static final String BEFORE_START = "before-start";

	/** How many calls of its own log are to be measured, if any. */
	static final String OWN_CALLS = "measure.own-calls";

	/** The times of these calls; a file with one number of nanoseconds in a line. */
	static final String OWN_TIMES = "own-times";

	/** The phase of the service is one above. */
	private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 129;

	public static void main(String[] args) throws IOException {
		Thread input = new Thread(SupervisedApplication::untilTheEndOfInput, "end-of-input");
		input.setDaemon(true);
		input.start();
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
				stamp(Path.of(System.getProperty(DIRECTORY), BEFORE_START));
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

	/** Microseconds since the epoch, as the shell's {@code EPOCHREALTIME} without dot. */
	private static void stamp(Path file) {
		long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
		try {
			Files.writeString(file, now + "\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void untilTheEndOfInput() {
		try {
			while (System.in.read() >= 0) {
				Thread.onSpinWait();
			}
		}
		catch (IOException ex) {
			// the end, too
		}
		Runtime.getRuntime().halt(9);
	}

}
