package io.clustercontroller.actuate;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.clustercontroller.backup.Backup;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.BackupCompletedEvent;
import io.clustercontroller.event.BackupFailedEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.context.event.EventListener;

/**
 * Meters of the backups, by their names. Whoever reads one does not wait for the volume.
 */
final class BackupMeters implements MeterBinder {

	private final BoundRegistries registries = new BoundRegistries();

	private final KnownBackups backups;

	private final TimeSource time;

	BackupMeters(KnownBackups backups, TimeSource time) {
		this.backups = backups;
		this.time = time;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		Set<String> measured = new HashSet<>();
		this.backups.follow((names) -> names.stream().filter(measured::add).forEach((name) -> measure(registry, name)));
	}

	private void measure(MeterRegistry registry, String name) {
		TimeGauge.builder("cluster.backup.age", this, TimeUnit.SECONDS, (meters) -> meters.newest(name, meters::age))
			.tag("name", name)
			.description("Age of the newest good backup that this instance sees")
			.register(registry);
		Gauge.builder("cluster.backup.size", this, (meters) -> meters.newest(name, Backup::size))
			.tag("name", name)
			.baseUnit("bytes")
			.description("Size of the newest good backup that this instance sees")
			.register(registry);
	}

	private double newest(String name, ToDoubleFunction<Backup> value) {
		return this.backups.reading().newest(name).stream().mapToDouble(value).findFirst().orElse(Double.NaN);
	}

	private double age(Backup backup) {
		return Math.max(0, this.time.wallMillis() - backup.startedAt().toEpochMilli()) / 1e3;
	}

	@EventListener
	void completed(BackupCompletedEvent event) {
		this.registries.time(Timer.builder("cluster.backup.runs")
			.tag("name", event.name())
			.description("Backups taken by this instance, until they were checked"), event.duration());
	}

	@EventListener
	void failed(BackupFailedEvent event) {
		this.registries.count(Counter.builder("cluster.backup.failures")
			.tag("name", event.name())
			.description("Backups that have failed on this instance"));
	}

}
