package io.clustercontroller.process;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

import io.clustercontroller.event.ProcessExitedEvent;

/**
 * The service process of the present run of the application context.
 */
record CurrentServiceProcess(Supplier<? extends ServiceProcess> current) implements ServiceProcess {

	@Override
	public OptionalLong pid() {
		return this.current.get().pid();
	}

	@Override
	public Optional<Instant> startedAt() {
		return this.current.get().startedAt();
	}

	@Override
	public Duration uptime() {
		return this.current.get().uptime();
	}

	@Override
	public int restarts() {
		return this.current.get().restarts();
	}

	@Override
	public Optional<ProcessExitedEvent> lastExit() {
		return this.current.get().lastExit();
	}

	@Override
	public void restart() {
		this.current.get().restart();
	}

}
