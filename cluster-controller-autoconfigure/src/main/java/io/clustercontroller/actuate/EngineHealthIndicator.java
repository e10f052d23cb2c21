package io.clustercontroller.actuate;

import java.time.Duration;

import io.clustercontroller.coordination.EngineHeartbeat;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether the engine's thread does its work, or is stuck for good. Nothing brings it back
 * then but a new process.
 */
final class EngineHealthIndicator implements HealthIndicator {

	/** Less is a slow machine, which a restart does not make faster. */
	private static final Duration SHORTEST_LIMIT = Duration.ofSeconds(10);

	private final EngineHeartbeat heartbeat;

	private final Duration limit;

	/**
	 * @param ttl a thread that has done nothing for so long has lost its session
	 */
	EngineHealthIndicator(EngineHeartbeat heartbeat, Duration ttl) {
		this.heartbeat = heartbeat;
		this.limit = (ttl.compareTo(SHORTEST_LIMIT) > 0) ? ttl : SHORTEST_LIMIT;
	}

	/** Finds a thread that is stuck at the second question, if that is late enough. */
	@Override
	public Health health() {
		Duration silence = this.heartbeat.silence();
		return (silence.compareTo(this.limit) < 0) ? Health.up().build()
				: Health.down()
					.withDetail("reason",
							"The engine's thread has done nothing for %d s".formatted(silence.toSeconds()))
					.build();
	}

}
