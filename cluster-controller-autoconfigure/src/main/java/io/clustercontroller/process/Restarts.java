package io.clustercontroller.process;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.random.RandomGenerator;

import io.clustercontroller.coordination.Backoff;
import io.clustercontroller.process.ProcessProperties.Restart;
import io.clustercontroller.process.ProcessProperties.Restart.Policy;

/**
 * Decides whether and when a service that has ended by itself is started again. Used by
 * one thread.
 */
final class Restarts {

	private final Restart properties;

	private final Backoff backoff;

	/** The nano times of the restarts in the window. */
	private final Deque<Long> recent = new ArrayDeque<>();

	private boolean limitReached;

	Restarts(Restart properties, RandomGenerator random) {
		this.properties = properties;
		this.backoff = new Backoff(properties.delay(), properties.maxDelay(), random);
	}

	/**
	 * How long to wait before the next start.
	 * @param exitCode what it ended with
	 * @param uptime how long it ran
	 * @param now the nano time
	 * @return the pause, or empty to give up
	 */
	Optional<Duration> after(int exitCode, Duration uptime, long now) {
		this.limitReached = false;
		Policy policy = this.properties.policy();
		if (policy == Policy.NEVER || (policy == Policy.ON_FAILURE && exitCode == 0)) {
			return Optional.empty();
		}
		this.recent.removeIf((restart) -> now - restart > this.properties.window().toNanos());
		this.limitReached = this.recent.size() >= this.properties.limit();
		if (this.limitReached) {
			return Optional.empty();
		}
		if (uptime.compareTo(this.properties.stableAfter()) >= 0) {
			this.backoff.reset();
		}
		this.recent.add(now);
		return Optional.of(this.backoff.next());
	}

	/** Whether the last answer was no because there were too many. */
	boolean isLimitReached() {
		return this.limitReached;
	}

}
