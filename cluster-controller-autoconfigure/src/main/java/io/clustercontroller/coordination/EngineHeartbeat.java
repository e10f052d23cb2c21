package io.clustercontroller.coordination;

import java.time.Duration;

/**
 * Feels whether the engine of this instance is alive. A bean, for the parts of the
 * starter; any thread may call it.
 */
@FunctionalInterface
public interface EngineHeartbeat {

	/**
	 * Ask the engine's thread for a sign of life, and return at once.
	 * @return how long the oldest of these questions has been without an answer; zero
	 * where there is none, and when this instance has left
	 */
	Duration silence();

}
