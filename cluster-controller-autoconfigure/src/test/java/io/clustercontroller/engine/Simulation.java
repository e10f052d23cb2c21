package io.clustercontroller.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.coordination.etcd.SimulatedEtcd;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.simulation.VirtualTime;
import org.jspecify.annotations.Nullable;

/**
 * One run of several instances on one etcd, with faults drawn from a seed. The promise is
 * checked after every single step; at the end everything is healed, and the service has
 * to have found one master again.
 */
final class Simulation implements SimulatedInstance.Observer {

	private static final long SECOND = 1_000_000_000;

	private final long seed;

	private final Random random;

	private final VirtualTime time = new VirtualTime();

	private final SimulatedEtcd etcd;

	private final Duration ttl;

	private final List<SimulatedInstance> instances = new ArrayList<>();

	private final List<String> log = new ArrayList<>();

	/**
	 * Whether clocks are stepped in this run, or machines suspended; nobody can tell
	 * both.
	 */
	private final boolean steppedClocks;

	private final SimulatedPause pause;

	private @Nullable SimulatedInstance lastMaster;

	private long lastToken;

	private int masterships;

	Simulation(long seed) {
		this.seed = seed;
		this.random = new Random(seed);
		this.etcd = new SimulatedEtcd(this.time, this.random);
		this.ttl = Duration.ofSeconds(List.of(2, 5, 10).get(this.random.nextInt(3)));
		this.steppedClocks = this.random.nextBoolean();
		this.pause = new SimulatedPause(this.time, this.etcd);
	}

	/**
	 * Run it.
	 * @return how many masterships there were
	 */
	int run() {
		try {
			int size = 2 + this.random.nextInt(4);
			for (int i = 0; i < size; i++) {
				this.time.at(this.random.nextLong(2 * SECOND), this::addInstance);
			}
			this.time.run(3 * SECOND, this::check);
			int faults = 5 + this.random.nextInt(20);
			for (int i = 0; i < faults; i++) {
				disturb();
				this.time.run(this.time.now() + this.random.nextLong(this.ttl.toNanos()), this::check);
			}
			heal();
			this.time.run(this.time.now() + this.ttl.multipliedBy(2).toNanos() + 20 * SECOND, this::check);
			checkOneMaster();
			stopAll();
			return this.masterships;
		}
		catch (RuntimeException | AssertionError ex) {
			throw new AssertionError("Seed %d: %s%n%s".formatted(this.seed, ex, String.join("\n", this.log)), ex);
		}
	}

	private void addInstance() {
		String id = "i" + this.instances.size();
		int priority = (this.random.nextInt(6) == 0) ? 50 : 100;
		Candidacy candidacy = anyCandidacy();
		SimulatedInstance instance = new SimulatedInstance(id, priority, candidacy, this.ttl, this.time, this.etcd,
				this.random, this);
		this.instances.add(instance);
		log("start " + id + " with priority " + priority + ", " + candidacy);
	}

	private Candidacy anyCandidacy() {
		boolean eligible = this.random.nextInt(10) != 0;
		ElectionTime when = (this.random.nextInt(4) == 0) ? ElectionTime.ACTIVE : ElectionTime.JOINED;
		Duration returnAfter = (this.random.nextInt(3) == 0) ? Duration.ofSeconds(1 + this.random.nextInt(8)) : null;
		return new Candidacy(eligible, when, returnAfter);
	}

	private SimulatedInstance anyInstance() {
		SimulatedInstance master = this.instances.stream().filter(SimulatedInstance::isMaster).findFirst().orElse(null);
		return (master != null && this.random.nextBoolean()) ? master
				: this.instances.get(this.random.nextInt(this.instances.size()));
	}

	private void disturb() {
		SimulatedInstance instance = anyInstance();
		long duration = this.random.nextLong(3 * this.ttl.toNanos());
		switch (this.random.nextInt(20)) {
			case 0 -> freeze(instance, duration);
			case 1 -> suspend(instance, duration);
			case 2 -> {
				log("kill " + instance.id);
				instance.process.kill();
				addInstance();
			}
			case 3 -> {
				if (instance.isInService() && instance.isHealthy()) {
					log("stop " + instance.id);
					instance.stop();
				}
				addInstance();
			}
			case 4 -> {
				if (instance.isInService()) {
					log("step down " + instance.id);
					instance.handOver(null);
				}
			}
			case 5 -> {
				SimulatedInstance target = anyInstance();
				if (instance.isInService()) {
					log("hand over " + instance.id + " to " + target.id);
					instance.handOver(target.id);
				}
			}
			case 6 -> {
				log("cut off " + instance.id);
				this.etcd.cutOff(instance.process, true);
				later(duration, () -> this.etcd.cutOff(instance.process, false));
			}
			case 7 -> {
				log("etcd down");
				this.etcd.stop();
				later(duration, this.etcd::start);
			}
			case 8 -> {
				log("etcd's leader deposed");
				this.etcd.deposeLeader();
				later(duration, this.etcd::removeFormerLeader);
			}
			case 9 -> {
				log("network slow and lossy");
				this.etcd.disturbNetwork(this.random.nextInt(4000), this.random.nextDouble() / 2);
				later(duration, () -> this.etcd.disturbNetwork(0, 0));
			}
			case 10 -> {
				log("watches break");
				this.etcd.breakWatches("broken");
			}
			case 11 -> {
				log("watches fall silent");
				this.etcd.silenceWatches();
			}
			case 12 -> {
				log("compaction while watches are down");
				this.etcd.compact();
				this.etcd.breakWatches("broken");
			}
			case 13 -> {
				log("stall a thread of " + instance.id);
				instance.anyThread().stall(duration);
			}
			case 14 -> {
				if (this.steppedClocks) {
					log("step the clock of " + instance.id);
					instance.process.stepWallClock(this.random.nextInt(40_000) - 20_000);
				}
			}
			case 15 -> {
				boolean endless = this.random.nextBoolean();
				log("pause " + (endless ? "" : "for " + TimeUnit.NANOSECONDS.toMillis(duration) + " ms"));
				this.pause.begin(endless ? SimulatedPause.ENDLESS : duration);
			}
			case 16 -> {
				log("resume");
				this.pause.end();
			}
			case 17 -> {
				boolean eligible = this.random.nextBoolean();
				if (instance.isAlive()) {
					log(instance.id + " is eligible: " + eligible);
					instance.setEligible(eligible);
				}
			}
			case 18 -> {
				boolean answering = this.random.nextBoolean();
				log("ports of " + instance.id + " answer: " + answering);
				instance.answer(answering);
			}
			default -> {
				log("foreign keys");
				this.etcd.write("/test/sim/members/x" + this.random.nextInt(5), "{broken");
				this.etcd.write("/test/sim/other/thing", "?");
			}
		}
	}

	private void freeze(SimulatedInstance instance, long duration) {
		if (instance.isHealthy()) {
			log("freeze " + instance.id + " for " + TimeUnit.NANOSECONDS.toMillis(duration) + " ms");
			instance.process.freeze();
			later(duration, instance.process::resume);
		}
	}

	private void suspend(SimulatedInstance instance, long duration) {
		if (instance.isHealthy() && !this.steppedClocks) {
			log("suspend " + instance.id + " for " + TimeUnit.NANOSECONDS.toMillis(duration) + " ms");
			instance.process.suspend();
			later(duration, instance.process::resume);
		}
	}

	private void later(long nanos, Runnable action) {
		this.time.at(this.time.now() + nanos, action);
	}

	private void heal() {
		// the last fault has healed itself by then
		this.time.run(this.time.now() + 3 * this.ttl.toNanos(), this::check);
		log("healed");
		if (this.steppedClocks || this.pause.isEndless()) {
			this.pause.end();
		}
		this.instances.stream().filter(SimulatedInstance::isAlive).forEach((instance) -> {
			instance.answer(true);
			instance.setEligible(true);
		});
		if (this.instances.stream().noneMatch(SimulatedInstance::isInService)) {
			addInstance();
			this.instances.get(this.instances.size() - 1).setEligible(true);
		}
	}

	/** The promise. */
	private void check() {
		int masters = 0;
		for (SimulatedInstance instance : this.instances) {
			masters += instance.isMaster() ? 1 : 0;
		}
		if (masters > 1) {
			throw new AssertionError("Masters: " + this.instances.stream()
				.filter(SimulatedInstance::isMaster)
				.map((instance) -> instance.id)
				.toList());
		}
	}

	@Override
	public void becameMaster(SimulatedInstance instance, BecameMasterEvent event) {
		log(instance.id + " master " + event.fencingToken() + " " + event.cause());
		if (event.fencingToken() <= this.lastToken) {
			throw new AssertionError("Token " + event.fencingToken() + " after " + this.lastToken);
		}
		if (event.cause() == RoleChangeCause.HANDED_OVER && this.lastMaster != null
				&& this.time.now() < this.lastMaster.workEndsAt()) {
			throw new AssertionError("Handed over before the work had stopped");
		}
		if (event.cause() != RoleChangeCause.HANDED_OVER && this.pause.covers(event.fencingToken())) {
			throw new AssertionError("Won during a pause");
		}
		this.lastToken = event.fencingToken();
		this.lastMaster = instance;
		this.masterships++;
	}

	@Override
	public void stopped(SimulatedInstance instance, Duration took) {
		log(instance.id + " stopped after " + took.toMillis() + " ms");
		if (took.compareTo(Duration.ofSeconds(9)) > 0 && !instance.process.isFrozen() && this.stoppingAll) {
			throw new AssertionError("Stopping took " + took);
		}
	}

	private boolean stoppingAll;

	private void checkOneMaster() {
		List<SimulatedInstance> masters = this.instances.stream().filter(SimulatedInstance::isMaster).toList();
		if (masters.size() != 1) {
			throw new AssertionError("Masters at the end: " + masters.size());
		}
		for (SimulatedInstance instance : this.instances) {
			String seen = instance.engine.standing().view().master().map((master) -> master.instanceId()).orElse("-");
			if (instance.isInService() && !seen.equals(masters.get(0).id)) {
				throw new AssertionError(instance.id + " takes " + seen + " for the master");
			}
			if (instance.isInService()) {
				checkPairs(instance);
			}
		}
	}

	/**
	 * Exactly one BecameSlave between two BecameMaster, and never two of a kind in a row.
	 */
	private void checkPairs(SimulatedInstance instance) {
		boolean first = true;
		boolean master = false;
		for (Object event : instance.roleEvents()) {
			boolean becameMaster = event instanceof BecameMasterEvent;
			if (!first && becameMaster == master) {
				throw new AssertionError("Events of " + instance.id + ": " + instance.roleEvents());
			}
			if (event instanceof BecameSlaveEvent slave && (slave.cause() == RoleChangeCause.STARTED) != first) {
				throw new AssertionError("Events of " + instance.id + ": " + instance.roleEvents());
			}
			master = becameMaster;
			first = false;
		}
		if (first || master != instance.isMaster()) {
			throw new AssertionError("Events of " + instance.id + ": " + instance.roleEvents());
		}
	}

	private void stopAll() {
		this.stoppingAll = true;
		for (SimulatedInstance instance : this.instances) {
			if (instance.isInService()) {
				log("stop " + instance.id);
				instance.stop();
				this.time.run(this.time.now() + 10 * SECOND, this::check);
				if (instance.isAlive()) {
					throw new AssertionError(instance.id + " does not stop");
				}
			}
		}
		this.time.run(this.time.now() + this.ttl.toNanos() + 3 * SECOND, this::check);
		List<String> left = this.etcd.keys().stream().filter((key) -> !isForeign(key)).toList();
		if (!left.isEmpty() || this.etcd.leases() != 0) {
			throw new AssertionError("Left in etcd: " + left + ", leases: " + this.etcd.leases());
		}
	}

	private static boolean isForeign(String key) {
		return key.startsWith("/test/sim/members/x") || key.startsWith("/test/sim/other/")
				|| key.equals(SimulatedPause.KEY);
	}

	private void log(String line) {
		this.log.add("%10.3f %s".formatted(this.time.now() / 1e9, line));
	}

}
