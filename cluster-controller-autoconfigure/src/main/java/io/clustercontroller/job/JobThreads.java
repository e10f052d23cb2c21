package io.clustercontroller.job;

import java.time.Instant;
import java.util.function.Supplier;

import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.support.CronTrigger;

/**
 * The threads that jobs run on: those of the application's scheduler for its own methods,
 * and one for each run of a registered job.
 */
final class JobThreads implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(JobThreads.class);

	private final Supplier<@Nullable TaskScheduler> application;

	private final TimeSource time;

	private final SimpleAsyncTaskScheduler own = new SimpleAsyncTaskScheduler();

	/**
	 * @param application finds the application's scheduler, or none
	 */
	JobThreads(Supplier<@Nullable TaskScheduler> application, TimeSource time) {
		this.application = application;
		this.time = time;
		this.own.setThreadNamePrefix("cluster-jobs-");
		this.own.setDaemon(true);
	}

	/** Run a method of the application, as soon as its scheduler has a thread for it. */
	void runOnApplication(Runnable work) {
		TaskScheduler scheduler = this.application.get();
		try {
			if (scheduler != null) {
				scheduler.schedule(work, Instant.ofEpochMilli(this.time.wallMillis()));
			}
			else {
				this.own.execute(work);
			}
		}
		catch (TaskRejectedException ex) {
			logger.debug("The application is about to end", ex);
		}
	}

	/** Run on a thread of its own. */
	void run(Runnable work) {
		this.own.execute(work);
	}

	/** Run at each tick of a schedule, on a thread of its own each time. */
	void schedule(Runnable work, JobDefinition definition) {
		if (!definition.cron().equals(JobSchedule.DISABLED)) {
			this.own.schedule(work, new CronTrigger(definition.cron(), definition.zone()));
		}
	}

	@Override
	public void close() {
		this.own.close();
	}

}
