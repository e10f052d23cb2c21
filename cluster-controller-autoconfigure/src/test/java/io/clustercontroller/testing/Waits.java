package io.clustercontroller.testing;

import java.time.Duration;

import org.awaitility.Awaitility;

/**
 * Waiting where there is nothing to wait for but time itself.
 */
public final class Waits {

	private Waits() {
	}

	/** Let a time pass, because what is tested is that nothing happens meanwhile. */
	public static void letPass(Duration time) {
		Awaitility.await()
			.pollDelay(time)
			.pollInterval(Duration.ofMillis(10))
			.atMost(time.plusSeconds(30))
			.until(() -> true);
	}

}
