package io.clustercontroller.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.clustercontroller.coordination.etcd.SimulatedEtcd;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.simulation.VirtualTime;

/**
 * The best of three steps down, and its successor dies at once. The third one is master
 * then, not the one that has just stepped down.
 */
final class SuccessorDeathSimulation implements SimulatedInstance.Observer {

	private static final Duration TTL = Duration.ofSeconds(10);

	private static final long SECOND = 1_000_000_000;

	private final long seed;

	private final Random random;

	private final VirtualTime time = new VirtualTime();

	private final SimulatedEtcd etcd;

	private final List<SimulatedInstance> masters = new ArrayList<>();

	SuccessorDeathSimulation(long seed) {
		this.seed = seed;
		this.random = new Random(seed);
		this.etcd = new SimulatedEtcd(this.time, this.random);
	}

	void run() {
		SimulatedInstance best = start("best", 300);
		// where etcd may end sessions too early nobody is master for the first TTL
		pass(TTL.toNanos() + 2 * SECOND);
		SimulatedInstance successor = start("successor", 200);
		SimulatedInstance third = start("third", 100);
		pass(2 * SECOND);
		best.handOver(null);
		for (int i = 0; i < 100 && !successor.isMaster(); i++) {
			pass(SECOND / 10);
		}
		pass(this.random.nextLong(2 * SECOND));
		successor.process.kill();
		pass(2 * TTL.toNanos() + 3 * SECOND);
		if (!this.masters.equals(List.of(best, successor, third))) {
			throw new AssertionError("Seed %d: masters %s".formatted(this.seed,
					this.masters.stream().map((master) -> master.id).toList()));
		}
	}

	private SimulatedInstance start(String id, int priority) {
		return new SimulatedInstance(id, priority, new Candidacy(true, ElectionTime.JOINED, null), TTL, this.time,
				this.etcd, this.random, this);
	}

	private void pass(long nanos) {
		this.time.run(this.time.now() + nanos, () -> {
		});
	}

	@Override
	public void becameMaster(SimulatedInstance instance, BecameMasterEvent event) {
		this.masters.add(instance);
	}

	@Override
	public void stopped(SimulatedInstance instance, Duration took) {
		// nobody stops
	}

}
