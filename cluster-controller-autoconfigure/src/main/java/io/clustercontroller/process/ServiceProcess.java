package io.clustercontroller.process;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

import io.clustercontroller.OperationRefusedException;
import io.clustercontroller.event.ProcessExitedEvent;

/**
 * The supervised service process. A bean where a command is configured; every method may
 * be called from any thread, and all but {@link #restart()} answer from memory.
 */
public interface ServiceProcess {

	/** Its process id, or empty while it does not run. */
	OptionalLong pid();

	/** When it was started, by the wall clock, or empty while it does not run. */
	Optional<Instant> startedAt();

	/** How long it has been running; zero while it does not. */
	Duration uptime();

	/** How often it was started after the first time, for whatever reason. */
	int restarts();

	/** How it ended last, or empty if it never has. */
	Optional<ProcessExitedEvent> lastExit();

	/**
	 * Stop the service as for an orderly change of its role, and start it again. Returns
	 * when the stop has begun; the events tell when it is over. It is no failure of the
	 * service: it does not count for the limit of restarts, nor does it wait for their
	 * pauses, and {@code restart.policy} does not matter.
	 * @throws OperationRefusedException if the service does not run, is being stopped, or
	 * is being told of its role; nothing has changed then
	 * @throws IllegalStateException if there is no answer in 5 s
	 */
	void restart();

}
