package io.clustercontroller.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.clustercontroller.coordination.etcd.SimulatedEtcd;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.simulation.VirtualTime;

/**
 * Several instances on an etcd that comes back empty, or with what it had stored earlier.
 * Fencing tokens begin anew then, but those who knew the lost history never make two
 * masters of it.
 */
final class DataLossSimulation implements SimulatedInstance.Observer {

	private static final Duration TTL = Duration.ofSeconds(5);

	private static final long SECOND = 1_000_000_000;

	private final long seed;

	private final Random random;

	private final VirtualTime time = new VirtualTime();

	private final List<SimulatedInstance> instances = new ArrayList<>();

	DataLossSimulation(long seed) {
		this.seed = seed;
		this.random = new Random(seed);
	}

	void run() {
		SimulatedEtcd etcd = new SimulatedEtcd(this.time, this.random);
		SimulatedEtcd.Snapshot snapshot = etcd.snapshot();
		int size = 1 + this.random.nextInt(3);
		for (int i = 0; i < size; i++) {
			this.instances.add(new SimulatedInstance("i" + i, 100, new Candidacy(true, ElectionTime.JOINED, null), TTL,
					this.time, etcd, this.random, this));
		}
		this.time.run(this.random.nextLong(10 * SECOND) + 2 * SECOND, this::check);
		// several masterships, so that the new history is behind the old one
		for (int i = 0; i < 5; i++) {
			if (this.random.nextInt(4) == 0) {
				snapshot = etcd.snapshot();
			}
			this.instances.stream().filter(SimulatedInstance::isMaster).forEach((master) -> master.handOver(null));
			this.time.run(this.time.now() + this.random.nextLong(20 * SECOND), this::check);
		}
		etcd.restore(snapshot);
		this.time.run(this.time.now() + 6 * TTL.toNanos(), this::check);
		if (this.instances.stream().filter(SimulatedInstance::isMaster).count() != 1) {
			throw new AssertionError("Seed " + this.seed + ": no master after the loss of data");
		}
	}

	private void check() {
		if (this.instances.stream().filter(SimulatedInstance::isMaster).count() > 1) {
			throw new AssertionError("Seed " + this.seed + ": two masters after the loss of data");
		}
	}

	@Override
	public void becameMaster(SimulatedInstance instance, BecameMasterEvent event) {
		// tokens begin anew
	}

	@Override
	public void stopped(SimulatedInstance instance, Duration took) {
		// nobody stops
	}

}
