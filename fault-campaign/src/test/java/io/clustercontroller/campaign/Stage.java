package io.clustercontroller.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.EtcdCluster;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Host;

/**
 * Three nodes of etcd and the instances of one service, each on a host of its own.
 */
final class Stage implements AutoCloseable {

	static final Duration TTL = Duration.ofSeconds(3);

	private static final int INSTANCES = 4;

	private static final String RUN = "CAMPAIGN_RUN";

	/** Small, so that it can be filled in a moment. */
	private static final String QUOTA = String.valueOf(16 << 20);

	private final String run = UUID.randomUUID().toString();

	private final Path folder;

	private final Network network;

	private final Optional<Clocks> clocks;

	private final Map<String, Disk> disks = new LinkedHashMap<>();

	private final EtcdCluster etcd;

	private final List<Instance> instances = new ArrayList<>();

	private final Set<String> troubled = new HashSet<>();

	/**
	 * @param folder for what the instances write, which stays
	 */
	Stage(Path folder) {
		this.folder = folder;
		this.clocks = Clocks.create(this.folder);
		List<String> nodes = IntStream.range(0, 3).mapToObj((i) -> "node" + i).toList();
		List<String> places = IntStream.range(0, INSTANCES).mapToObj((i) -> String.valueOf((char) ('a' + i))).toList();
		this.network = Network.create(nodes, places);
		nodes.forEach((node) -> Disk.create(node).ifPresent((disk) -> this.disks.put(node, disk)));
		this.etcd = EtcdCluster.launch(nodes.stream().map(this::nodeHost).toList(), "--quota-backend-bytes", QUOTA,
				"--auto-compaction-mode", "revision", "--auto-compaction-retention", "1000");
		places.forEach((place) -> this.instances
			.add(new Instance(place, folderOf(place), (settings) -> settings(place, settings))));
	}

	private Host nodeHost(String node) {
		Host host = this.network.host(node);
		Disk disk = this.disks.get(node);
		return (disk != null) ? new Host(host.name(), host.address(), host.enter(), disk.folder()) : host;
	}

	private ClusterProcess.Builder settings(String place, ClusterProcess.Builder settings) {
		settings.host(this.network.host(place))
			.environment("campaign")
			.service("sample")
			.etcd(this.network.endpoints(place, this.etcd))
			.ttl(TTL)
			.variable("HOSTNAME", place)
			.variable(RUN, this.run);
		this.clocks.ifPresent((clocks) -> clocks.variables(place).forEach(settings::variable));
		return settings;
	}

	Network network() {
		return this.network;
	}

	EtcdCluster etcd() {
		return this.etcd;
	}

	List<Instance> instances() {
		return this.instances;
	}

	/** What all keys of the service begin with. */
	String prefix() {
		return "/campaign/sample/";
	}

	/** Nothing where clocks cannot be set. */
	Optional<Clocks> clocks() {
		return this.clocks;
	}

	boolean canHoldUpDisks() {
		return this.disks.size() == 3;
	}

	Disk disk(String node) {
		return this.disks.get(node);
	}

	Optional<Instance> master() {
		return this.instances.stream().filter(Instance::isMaster).findFirst();
	}

	/** One that can be hurt: half of the time the master. */
	Optional<Instance> victim(Random random) {
		Optional<Instance> master = random.nextBoolean() ? master() : Optional.empty();
		return master.or(() -> any(this.instances.stream().filter(Instance::isFree).toList(), random));
	}

	/** Let a node be no victim before it is healed. */
	void trouble(String node) {
		this.troubled.add(node);
	}

	void heal(String node) {
		this.troubled.remove(node);
	}

	/** One of the nodes that run and have no trouble yet, half of the time the leader. */
	Optional<EtcdProcess> victimNode(Random random) {
		List<EtcdProcess> healthy = this.etcd.members()
			.stream()
			.filter((node) -> node.isRunning() && !this.troubled.contains(nameOf(node)))
			.toList();
		// no wait for an election here
		Optional<EtcdProcess> leader = random.nextBoolean() ? healthy.stream().filter(Stage::isLeader).findFirst()
				: Optional.empty();
		return leader.or(() -> any(healthy, random));
	}

	String nameOf(EtcdProcess node) {
		return "node" + this.etcd.members().indexOf(node);
	}

	static boolean isLeader(EtcdProcess node) {
		try {
			return node.isLeader();
		}
		catch (UncheckedIOException | IllegalStateException ex) {
			return false;
		}
	}

	static <T> Optional<T> any(List<T> list, Random random) {
		return list.isEmpty() ? Optional.empty() : Optional.of(list.get(random.nextInt(list.size())));
	}

	/**
	 * The processes of this run that exist, apart from the instances themselves: pid, and
	 * the life that left it.
	 */
	Map<Long, String> descendants() {
		Map<Long, String> found = new LinkedHashMap<>();
		try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
			processes.filter((path) -> path.getFileName().toString().matches("[0-9]+")).forEach((path) -> {
				String environment = read(path.resolve("environ"));
				if (environment.contains(RUN + "=" + this.run)) {
					String life = environment.replaceAll("(?s).*" + Instance.LIFE + "=([^\0]*).*", "$1");
					found.put(Long.parseLong(path.getFileName().toString()), life);
				}
			});
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return found;
	}

	/** The command of a process, for messages. */
	static String command(long pid) {
		return read(Path.of("/proc", String.valueOf(pid), "cmdline")).replace('\0', ' ').trim();
	}

	private static String read(Path file) {
		try {
			return Files.readString(file, StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			// it has ended meanwhile
			return "";
		}
	}

	private Path folderOf(String place) {
		return this.folder.resolve(place);
	}

	/** What the nodes have said, beside what the instances have. */
	private void keepLogs() {
		for (EtcdProcess node : this.etcd.members()) {
			try {
				Files.writeString(folderOf(nameOf(node) + ".log"), node.output());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	@Override
	public void close() {
		// whoever waits for a disk cannot be killed
		this.disks.values().forEach(Disk::thaw);
		try {
			this.instances.forEach(Instance::close);
			keepLogs();
			this.etcd.close();
		}
		finally {
			this.disks.values().forEach(Disk::close);
			this.network.close();
		}
	}

}
