package io.clustercontroller.actuate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * The registries that a binder was bound to, most often one. Without one it counts
 * nothing.
 */
final class BoundRegistries {

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	void add(MeterRegistry registry) {
		this.registries.add(registry);
	}

	void count(Counter.Builder counter) {
		this.registries.forEach((registry) -> counter.register(registry).increment());
	}

	void time(Timer.Builder timer, Duration duration) {
		this.registries.forEach((registry) -> timer.register(registry).record(duration));
	}

}
