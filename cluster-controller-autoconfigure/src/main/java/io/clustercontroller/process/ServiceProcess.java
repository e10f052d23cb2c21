package io.clustercontroller.process;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

import io.clustercontroller.event.ProcessExitedEvent;

/**
 * The supervised service process. A bean where a command is configured; every method may
 * be called from any thread and answers from memory.
 */
public interface ServiceProcess {

	/** Its process id, or empty while it does not run. */
	OptionalLong pid();

	/** How long it has been running; zero while it does not. */
	Duration uptime();

	/** How often it was started after the first time, for whatever reason. */
	int restarts();

	/** How it ended last, or empty if it never has. */
	Optional<ProcessExitedEvent> lastExit();

}
