package io.clustercontroller.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.coordination.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of a run that takes long how far it has come, every few seconds.
 */
final class Progress implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Progress.class);

	static final Duration INTERVAL = Duration.ofSeconds(5);

	private static final long UNIT = 1000;

	private final String name;

	private final Path home;

	private final TimeSource time;

	private final long begin;

	private final ScheduledFuture<?> task;

	private volatile String doing = "being made";

	/**
	 * @param home the folder in which the backup grows
	 */
	Progress(String name, Path home, TimeSource time, ScheduledExecutorService timer) {
		this.name = name;
		this.home = home;
		this.time = time;
		this.begin = time.nanoTime();
		this.task = timer.scheduleWithFixedDelay(this::tell, INTERVAL.toNanos(), INTERVAL.toNanos(),
				TimeUnit.NANOSECONDS);
	}

	/** What is done from now on. */
	void now(String doing) {
		this.doing = doing;
	}

	Duration elapsed() {
		return Duration.ofNanos(this.time.nanoTime() - this.begin);
	}

	private void tell() {
		logger.info("Backup '{}' is {}: {} after {} s", this.name, this.doing, bytes(Trees.size(this.home)),
				elapsed().toSeconds());
	}

	@Override
	public void close() {
		this.task.cancel(false);
	}

	/** A number of bytes for people. */
	static String bytes(long bytes) {
		double amount = bytes;
		int unit = 0;
		while (amount >= UNIT && unit < 4) {
			amount /= UNIT;
			unit++;
		}
		String name = new String[] { "bytes", "KB", "MB", "GB", "TB" }[unit];
		return String.format(Locale.ROOT, (unit == 0) ? "%.0f %s" : "%.1f %s", amount, name);
	}

}
