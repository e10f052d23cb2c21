package io.clustercontroller.actuate;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.clustercontroller.coordination.ClusterObserver;
import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.TimeSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of what goes on inside the engine and its session. Knows no other bean, since
 * the engine is made with it.
 */
final class EngineMeters implements ClusterObserver, MeterBinder {

	private static final Timer.Builder RENEWALS = Timer.builder("cluster.renewals")
		.description("Confirmations of the session, from the request on");

	private static final Counter.Builder FAILED_RENEWALS = Counter.builder("cluster.renewals.failed")
		.description("Attempts to confirm the session that have failed");

	private static final Timer.Builder DELIVERY = Timer.builder("cluster.event.delivery")
		.description("Time from the publication of an event until all its listeners have returned");

	private final BoundRegistries registries = new BoundRegistries();

	private final TimeSource time;

	private final AtomicLong watches = new AtomicLong();

	private volatile long watchedAt;

	EngineMeters(TimeSource time) {
		this.time = time;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		RENEWALS.register(registry);
		FAILED_RENEWALS.register(registry);
		DELIVERY.register(registry);
		TimeGauge.builder("cluster.watch.age", this, TimeUnit.SECONDS, EngineMeters::watchAge)
			.description("Time since the cluster has been watched without a break; NaN without a watch")
			.register(registry);
		FunctionCounter.builder("cluster.watch.restarts", this, (meters) -> Math.max(0, meters.watches.get() - 1))
			.description("How often the watch had to be begun again")
			.register(registry);
	}

	private double watchAge() {
		return (this.watches.get() > 0) ? (this.time.nanoTime() - this.watchedAt) / 1e9 : Double.NaN;
	}

	@Override
	public void confirmed(Confirmation confirmation) {
		this.registries.time(RENEWALS, Duration.ofNanos(this.time.nanoTime() - confirmation.nanoTime()));
	}

	@Override
	public void missed() {
		this.registries.count(FAILED_RENEWALS);
	}

	@Override
	public void watching() {
		this.watchedAt = this.time.nanoTime();
		this.watches.incrementAndGet();
	}

	@Override
	public void heard(Duration delay) {
		this.registries.time(DELIVERY, delay);
	}

}
