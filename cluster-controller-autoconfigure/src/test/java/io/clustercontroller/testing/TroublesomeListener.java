package io.clustercontroller.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

/**
 * A listener as it should not be. {@code test.listener.slow.<event>} is how long it
 * sleeps, {@code test.listener.throwing.<event>} what it throws.
 */
class TroublesomeListener {

	static final String SLOW = "test.listener.slow.";

	static final String THROWING = "test.listener.throwing.";

	private final Environment environment;

	TroublesomeListener(Environment environment) {
		this.environment = environment;
	}

	@EventListener(condition = "#a0.class.packageName == 'io.clustercontroller.event'")
	void makeTrouble(Object event) throws InterruptedException {
		String type = event.getClass().getSimpleName();
		Duration delay = this.environment.getProperty(SLOW + type, Duration.class);
		if (delay != null) {
			new CountDownLatch(1).await(delay.toNanos(), TimeUnit.NANOSECONDS);
		}
		String message = this.environment.getProperty(THROWING + type);
		if (message != null) {
			throw new IllegalStateException(message);
		}
	}

}
