package io.clustercontroller.actuate;

import io.clustercontroller.event.JobCompletedEvent;
import io.clustercontroller.event.JobSkippedEvent;
import io.clustercontroller.event.ProcessExitedEvent;
import io.clustercontroller.filelock.FilesystemLocks;
import io.clustercontroller.process.ServiceProcess;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;

/**
 * Meters of what this instance does: its service process, its jobs, its locks.
 */
final class WorkMeters implements MeterBinder {

	private final BoundRegistries registries = new BoundRegistries();

	private final FilesystemLocks locks;

	private final @Nullable ServiceProcess service;

	/**
	 * @param service the service process, or {@code null} where there is none
	 */
	WorkMeters(FilesystemLocks locks, @Nullable ServiceProcess service) {
		this.locks = locks;
		this.service = service;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		Gauge.builder("cluster.filesystem.locks.held", this.locks, (locks) -> locks.held().size())
			.description("Folders whose lock this instance holds")
			.register(registry);
		if (this.service != null) {
			FunctionCounter.builder("cluster.process.restarts", this.service, ServiceProcess::restarts)
				.description("How often the service process was started after the first time")
				.register(registry);
		}
	}

	@EventListener
	void processExited(ProcessExitedEvent event) {
		this.registries.count(Counter.builder("cluster.process.exits")
			.tag("code", String.valueOf(event.exitCode()))
			.description("Ends of the service process, by exit code"));
	}

	@EventListener
	void jobCompleted(JobCompletedEvent event) {
		this.registries.time(Timer.builder("cluster.job.runs")
			.tags("name", event.name(), "outcome", ClusterMeters.lowerCase(event.outcome()))
			.description("Runs of jobs with a ledger that have ended on this instance"), event.duration());
	}

	@EventListener
	void jobSkipped(JobSkippedEvent event) {
		this.registries.count(Counter.builder("cluster.job.skips")
			.tags("name", event.name(), "reason", ClusterMeters.lowerCase(event.reason()))
			.description("Jobs with a ledger that were due on this master and did not run"));
	}

}
