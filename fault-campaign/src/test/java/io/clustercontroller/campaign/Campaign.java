package io.clustercontroller.campaign;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Inflicts faults on a stage, drawn by a seed, and notes all that comes of it. The seed
 * draws the kinds, the lengths and the pauses; whom they hit depends on who is there, so
 * that two runs with one seed resemble each other and are not the same.
 */
final class Campaign implements AutoCloseable {

	/** What a recovery may take on a busy machine, the start of a JVM included. */
	static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);

	/**
	 * Keeps the seeds of the steps apart, and those of runs with seeds that are near each
	 * other.
	 */
	private static final long STRIDE = 0x9E3779B97F4A7C15L;

	private static final int MOST_AT_ONCE = 3;

	private static final int FAULTS_BETWEEN_QUIET_POINTS = 40;

	private static final Duration PROGRESS = Duration.ofSeconds(10);

	private static final Duration ALARMS = Duration.ofSeconds(3);

	/** The guard of a service ends what a killed instance has left within 2.5 s. */
	private static final Duration ORPHAN_LIMIT = Duration.ofSeconds(15);

	private final long seed;

	private final Duration duration;

	private final Consumer<String> console;

	private final Instant startedAt = Instant.now();

	private final long begin = System.nanoTime();

	private final Stage stage;

	private final NodeWatch nodes;

	private final Map<String, String> setting = new LinkedHashMap<>();

	private final List<Injection> injections = Collections.synchronizedList(new ArrayList<>());

	private final List<Course.QuietPoint> quietPoints = new ArrayList<>();

	private final List<Level> levels = new ArrayList<>();

	private final List<String> leftBehind = new ArrayList<>();

	private final List<Ongoing> ongoing = new ArrayList<>();

	private long progressAt = this.begin;

	private long alarmsAt = this.begin;

	private boolean ended;

	/**
	 * @param folder for what is left of it
	 * @param console takes a line of progress now and then
	 */
	Campaign(long seed, Duration duration, Path folder, Consumer<String> console) {
		this.seed = seed;
		this.duration = duration;
		this.console = console;
		this.stage = new Stage(folder);
		this.nodes = new NodeWatch(this.stage.etcd());
		describe();
	}

	private void describe() {
		EtcdProcess node = this.stage.etcd().members().get(0);
		this.setting.put("network", this.stage.network().describe());
		this.setting.put("disks", this.stage.canHoldUpDisks() ? "a file system for each node of etcd"
				: "one for all: disks are not held up");
		this.setting.put("clocks",
				this.stage.clocks().isPresent() ? "those of instances can be set" : "no C compiler: they are not set");
		this.setting.put("etcd", "3 nodes, " + node.version());
		this.setting.put("instances", this.stage.instances().size() + " of the sample, TTL " + Stage.TTL.toSeconds()
				+ " s, each with its service");
		this.setting.put("Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
		this.setting.put("machine", "%s %s, %d processors".formatted(System.getProperty("os.name"),
				System.getProperty("os.version"), Runtime.getRuntime().availableProcessors()));
	}

	/** Run to the end. What is known is in {@link #course()} also if this throws. */
	void run() {
		this.stage.instances().forEach(Instance::start);
		quietPoint();
		long deadline = System.nanoTime() + this.duration.toNanos();
		int sinceQuiet = 0;
		for (long step = 0; System.nanoTime() - deadline < 0; step++) {
			// what the step before has met with is no matter of this one
			Random random = new Random(this.seed + step * STRIDE);
			FaultKind kind = FaultKind.draw(random);
			long length = length(random);
			Duration pause = Duration.ofMillis(300 + random.nextInt(3200));
			if (this.ongoing.size() < MOST_AT_ONCE && inflict(kind, length, random)) {
				sinceQuiet++;
			}
			pass(pause);
			if (sinceQuiet >= FAULTS_BETWEEN_QUIET_POINTS) {
				quietPoint();
				sinceQuiet = 0;
			}
		}
		quietPoint();
		stopAll();
		this.ended = true;
	}

	/** Let a fault begin, unless it would be too much. Returns whether it has begun. */
	private boolean inflict(FaultKind kind, long length, Random random) {
		boolean nodeAway = this.ongoing.stream().anyMatch((one) -> one.kind.takesNode());
		if (nodeAway && (kind.needsAllNodes() || kind.takesNode() && random.nextInt(4) > 0)) {
			return false;
		}
		if (kind.needsAllNodes() && !isComplete()) {
			return false;
		}
		long from = System.nanoTime();
		Optional<Fault> begun = kind.begin(this.stage, random);
		begun.ifPresent((fault) -> {
			Ongoing one = new Ongoing(kind, fault, from, from + length);
			if (fault.isAtOnce()) {
				note(one, System.nanoTime());
			}
			else {
				this.ongoing.add(one);
				if (kind.takesNode()) {
					this.stage.trouble(fault.target());
				}
			}
		});
		return begun.isPresent();
	}

	/** Mostly shorter than the TTL, every fourth up to three of it. */
	private static long length(Random random) {
		int most = (random.nextInt(4) > 0) ? 2500 : 3 * (int) Stage.TTL.toMillis();
		return TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(most));
	}

	private boolean isComplete() {
		return this.ongoing.stream().noneMatch((one) -> one.kind.takesNode()) && isHealthy();
	}

	private boolean isHealthy() {
		return this.stage.etcd().members().stream().allMatch((node) -> {
			try {
				return node.isRunning() && node.isHealthy();
			}
			catch (UncheckedIOException | IllegalStateException ex) {
				return false;
			}
		});
	}

	/** Let time pass, heal what is due, and start again what has ended by itself. */
	private void pass(Duration time) {
		long end = System.nanoTime() + time.toNanos();
		do {
			long now = System.nanoTime();
			this.ongoing.stream().filter((one) -> now - one.until >= 0).toList().forEach(this::healIfOngoing);
			restartTheDead();
			endAlarmsOfEtcd();
			showProgress();
			Waits.letPass(Duration.ofMillis(50));
		}
		while (System.nanoTime() - end < 0);
	}

	/** Another one may have taken it along. */
	private void healIfOngoing(Ongoing one) {
		if (this.ongoing.contains(one)) {
			heal(one);
		}
	}

	private void heal(Ongoing one) {
		if (one.kind.needsAllNodes()) {
			this.ongoing.stream()
				.filter((other) -> other != one && other.kind.takesNode())
				.toList()
				.forEach(this::heal);
		}
		one.fault.heal().run();
		this.ongoing.remove(one);
		this.stage.heal(one.fault.target());
		note(one, System.nanoTime());
	}

	private void note(Ongoing one, long until) {
		this.injections.add(new Injection(this.injections.size() + 1, one.kind.name(), one.fault.target(),
				one.fault.details(), one.from, until));
	}

	/**
	 * A node whose file was not small again when the alarm was ended raises it once more.
	 * Since the last look nobody could write.
	 */
	private void endAlarmsOfEtcd() {
		long lastLook = this.alarmsAt;
		if (System.nanoTime() - lastLook < ALARMS.toNanos()
				|| this.ongoing.stream().anyMatch((one) -> one.kind.takesNode())) {
			return;
		}
		this.alarmsAt = System.nanoTime();
		if (Ballast.isTooMuch(this.stage.etcd())) {
			this.console.accept("etcd has raised the alarm for space again: " + Ballast.sizes(this.stage.etcd()));
			Ballast ballast = new Ballast(this.stage.etcd());
			Ongoing again = new Ongoing(FaultKind.NO_SPACE, new Fault("etcd", "again", ballast::remove), lastLook, 0);
			this.ongoing.add(again);
			heal(again);
		}
	}

	/** As an orchestrator does. */
	private void restartTheDead() {
		this.stage.instances().stream().filter(Instance::noteEnd).forEach((instance) -> {
			this.console.accept("instance " + instance.place() + " has ended by itself");
			instance.start();
		});
	}

	private void showProgress() {
		if (System.nanoTime() - this.progressAt > PROGRESS.toNanos()) {
			this.progressAt = System.nanoTime();
			this.console.accept("%5d s, %4d faults, master %s, now: %s".formatted(
					TimeUnit.NANOSECONDS.toSeconds(this.progressAt - this.begin), this.injections.size(),
					this.stage.master().map(Instance::place).orElse("-"),
					this.ongoing.stream().map((one) -> one.kind + " " + one.fault.target()).toList()));
		}
	}

	/** End all faults, wait until the service is as it should be, and look around. */
	private void quietPoint() {
		List.copyOf(this.ongoing).forEach(this::healIfOngoing);
		long healedAt = System.nanoTime();
		boolean recovered = holdsWithin(RECOVERY_LIMIT, () -> {
			restartTheDead();
			endAlarmsOfEtcd();
			return isHealthy() && this.stage.instances().stream().allMatch(Instance::isActive)
					&& this.stage.master().isPresent();
		});
		this.quietPoints.add(new Course.QuietPoint(healedAt, recovered ? System.nanoTime() : Long.MAX_VALUE));
		if (!recovered) {
			sayWhatIsWrong();
		}
		takeLevels();
		lookForOrphans();
	}

	private void sayWhatIsWrong() {
		this.stage.instances()
			.stream()
			.filter((instance) -> !instance.isActive())
			.forEach((instance) -> this.console
				.accept("not recovered: " + instance.life() + ", which says:\n" + instance.output()));
		this.stage.etcd()
			.members()
			.stream()
			.filter((node) -> !node.isRunning() || !node.isHealthy())
			.forEach((node) -> this.console.accept("not recovered: " + this.stage.nameOf(node) + ", which says:\n"
					+ node.output().substring(Math.max(0, node.output().length() - 4000))));
	}

	private static boolean holdsWithin(Duration limit, BooleanSupplier condition) {
		try {
			Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(limit).until(condition::getAsBoolean);
			return true;
		}
		catch (ConditionTimeoutException ex) {
			return false;
		}
	}

	private void takeLevels() {
		for (Instance instance : this.stage.instances()) {
			if (instance.isFree()) {
				ClusterProcess.Resources resources = instance.resources();
				level(instance.life(), "threads", resources.threads());
				level(instance.life(), "files", resources.files());
				level(instance.life(), "heap KB", resources.heapKilobytes());
			}
		}
		EtcdProcess node = this.stage.etcd().leader();
		level("etcd", "keys", node.keys("/").size());
		level("etcd", "leases", node.leases().size());
		level("etcd", "revision", node.revision());
	}

	private void level(String of, String what, long value) {
		this.levels.add(new Level(of, what, System.nanoTime(), value));
	}

	/** What lives of a process of an instance that has ended. */
	private void lookForOrphans() {
		boolean none = holdsWithin(ORPHAN_LIMIT, () -> orphans().isEmpty());
		if (!none) {
			orphans().forEach((pid, life) -> this.leftBehind
				.add("process %d of %s: %s".formatted(pid, life, Stage.command(pid))));
		}
	}

	private Map<Long, String> orphans() {
		Map<Long, String> processes = this.stage.descendants();
		this.stage.instances()
			.stream()
			.filter(Instance::isRunning)
			.forEach((instance) -> processes.values().removeIf(instance.life()::equals));
		return processes;
	}

	private void stopAll() {
		List<Instance> instances = this.stage.instances();
		instances.forEach(Instance::terminate);
		instances.forEach(Instance::awaitEnd);
		lookForOrphans();
		EtcdProcess node = this.stage.etcd().leader();
		Duration limit = Stage.TTL.multipliedBy(5);
		if (!holdsWithin(limit, () -> passingKeys(node).isEmpty())) {
			passingKeys(node).forEach((key) -> this.leftBehind.add("key " + key));
		}
		if (!holdsWithin(limit, () -> node.leases().isEmpty())) {
			node.leases().forEach((lease) -> this.leftBehind.add("lease " + Long.toHexString(lease)));
		}
	}

	/** Those that have to go with their instances. */
	private List<String> passingKeys(EtcdProcess node) {
		String prefix = this.stage.prefix();
		return node.keys(prefix)
			.stream()
			.filter((key) -> key.equals(prefix + "master") || key.startsWith(prefix + "members/")
					|| key.startsWith(prefix + "offers/") || key.startsWith(prefix + "locks/"))
			.toList();
	}

	/** What is known so far. Any thread may ask. */
	Course course() {
		List<Injection> injections;
		synchronized (this.injections) {
			injections = this.injections.stream().sorted(Comparator.comparingLong(Injection::from)).toList();
		}
		List<Life> lives = this.stage.instances()
			.stream()
			.flatMap((instance) -> instance.lives().stream())
			.sorted(Comparator.comparingLong(Life::startedAt))
			.toList();
		List<Tick> ticks = this.stage.instances()
			.stream()
			.flatMap((instance) -> instance.ticks().stream())
			.sorted(Comparator.comparingLong(Tick::at))
			.toList();
		return new Course(this.seed, this.startedAt, this.begin, System.nanoTime(), this.ended, this.setting,
				injections, List.copyOf(this.quietPoints), RECOVERY_LIMIT, lives, ticks, this.nodes.states(),
				List.copyOf(this.levels), List.copyOf(this.leftBehind));
	}

	@Override
	public void close() {
		this.nodes.close();
		this.stage.close();
	}

	private static final class Ongoing {

		private final FaultKind kind;

		private final Fault fault;

		private final long from;

		private final long until;

		Ongoing(FaultKind kind, Fault fault, long from, long until) {
			this.kind = kind;
			this.fault = fault;
			this.from = from;
			this.until = until;
		}

	}

}
