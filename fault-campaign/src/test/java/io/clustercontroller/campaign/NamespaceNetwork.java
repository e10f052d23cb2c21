package io.clustercontroller.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.clustercontroller.testing.ChildProcesses;
import io.clustercontroller.testing.EtcdCluster;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Host;

/**
 * A network namespace for each host, and one more with the bridge between them. The
 * machine's own network gets one interface, by which the observer reaches the hosts, with
 * addresses that are reserved for benchmarks (RFC 2544).
 * <p>
 * What is wrong is a set of rules at the host, which is written as a whole with each
 * change.
 */
final class NamespaceNetwork implements Network {

	private static final String PREFIX = "campaign-";

	private static final int LOSS_PERCENT = 30;

	/** A heartbeat and its answer are about 1 KB: a quarter of a second. */
	private static final String NARROW = "32kbit";

	private final String run = PREFIX + ProcessHandle.current().pid() + "-";

	private final String subnet = "198.18." + (ProcessHandle.current().pid() % 250) + ".";

	private final String outside = "cc" + ProcessHandle.current().pid() % 1_000_000;

	private final Map<String, Host> hosts = new LinkedHashMap<>();

	private final Set<String> nodes;

	private final List<Impairment> impairments = new ArrayList<>();

	private final Thread cleaner = new Thread(this::remove, "campaign-network-cleaner");

	NamespaceNetwork(List<String> nodes, List<String> places) {
		this.nodes = Set.copyOf(nodes);
		removeThoseOfTheDead();
		Runtime.getRuntime().addShutdownHook(this.cleaner);
		String bridge = this.run + "bridge";
		ip("netns add " + bridge);
		ip("-n " + bridge + " link add br0 type bridge");
		ip("-n " + bridge + " link set br0 up");
		ip("link add " + this.outside + " type veth peer name observer netns " + bridge);
		ip("-n " + bridge + " link set observer master br0 up");
		ip("addr add " + this.subnet + "1/24 dev " + this.outside);
		ip("link set " + this.outside + " up");
		int number = 10;
		for (String name : Stream.concat(nodes.stream(), places.stream()).toList()) {
			add(name, this.subnet + number++, bridge);
		}
	}

	/** Whether the programs are here and this user may do that. */
	static boolean isPossible() {
		String probe = PREFIX + "probe-" + ProcessHandle.current().pid();
		try {
			ip("netns add " + probe);
		}
		catch (IllegalStateException | UncheckedIOException ex) {
			return false;
		}
		try {
			ChildProcesses.run(List.of("ip", "netns", "exec", probe, "nft", "add table inet probe"));
			return true;
		}
		catch (IllegalStateException | UncheckedIOException ex) {
			return false;
		}
		finally {
			ip("netns delete " + probe);
		}
	}

	private void add(String name, String address, String bridge) {
		String namespace = this.run + name;
		ip("netns add " + namespace);
		ip("-n " + namespace + " link set lo up");
		ip("-n " + bridge + " link add to-" + name + " type veth peer name eth0 netns " + namespace);
		ip("-n " + bridge + " link set to-" + name + " master br0 up");
		ip("-n " + namespace + " addr add " + address + "/24 dev eth0");
		ip("-n " + namespace + " link set eth0 up");
		this.hosts.put(name,
				new Host(name, address, List.of("ip", "netns", "exec", namespace), Host.LOOPBACK.folder()));
	}

	@Override
	public String describe() {
		return "a network namespace for each node and each instance";
	}

	@Override
	public Host host(String name) {
		return this.hosts.get(name);
	}

	@Override
	public List<String> endpoints(String host, EtcdCluster etcd) {
		return etcd.members().stream().map(EtcdProcess::endpoint).toList();
	}

	@Override
	public Set<Impairment.Kind> impairments() {
		return EnumSet.allOf(Impairment.Kind.class);
	}

	@Override
	public boolean separatesNodes() {
		return true;
	}

	@Override
	public void impose(Impairment impairment) {
		this.impairments.add(impairment);
		write(impairment.at());
	}

	@Override
	public void lift(Impairment impairment) {
		this.impairments.remove(impairment);
		write(impairment.at());
	}

	private void write(String host) {
		List<Impairment> here = this.impairments.stream().filter((impairment) -> impairment.at().equals(host)).toList();
		StringBuilder input = new StringBuilder();
		StringBuilder output = new StringBuilder();
		here.forEach((impairment) -> {
			String others = "{ " + others(impairment) + " }";
			String from = "  ip saddr " + others + " ";
			String to = "  ip daddr " + others + " ";
			switch (impairment.kind()) {
				case REFUSED -> {
					input.append(from).append("meta l4proto tcp reject with tcp reset\n");
					output.append(to).append("meta l4proto tcp reject with tcp reset\n");
				}
				case BLACK_HOLE -> {
					input.append(from).append("drop\n");
					output.append(to).append("drop\n");
				}
				case DEAF -> output.append(to).append("drop\n");
				case MUTE -> input.append(from).append("drop\n");
				case LOSSY -> {
					String lost = "numgen random mod 100 < " + LOSS_PERCENT + " drop\n";
					input.append(from).append(lost);
					output.append(to).append(lost);
				}
				case SLOW -> {
					// by the queue of the interface, below
				}
			}
		});
		String rules = """
				add table inet campaign
				delete table inet campaign
				table inet campaign {
				 chain input {
				  type filter hook input priority 0;
				%s }
				 chain output {
				  type filter hook output priority 0;
				%s }
				}
				""".formatted(input, output);
		inside(host, "nft", rules);
		boolean slow = here.stream().anyMatch((impairment) -> impairment.kind() == Impairment.Kind.SLOW);
		String queue = slow ? "tbf rate " + NARROW + " burst 1600 latency 3s" : "pfifo limit 1000";
		inside(host, "tc", "qdisc replace dev eth0 root " + queue);
	}

	private String others(Impairment impairment) {
		if (!impairment.with().equals(Impairment.EVERYBODY)) {
			return this.hosts.get(impairment.with()).address();
		}
		// between instances there is no traffic to speak of
		return this.hosts.values()
			.stream()
			.filter((host) -> this.nodes.contains(host.name()) && !host.name().equals(impairment.at()))
			.map(Host::address)
			.collect(Collectors.joining(", "));
	}

	private void inside(String host, String program, String words) {
		List<String> command = new ArrayList<>(this.hosts.get(host).enter());
		command.add(program);
		if (program.equals("nft")) {
			command.add(words);
		}
		else {
			command.addAll(List.of(words.split(" ")));
		}
		ChildProcesses.run(command);
	}

	@Override
	public void close() {
		Runtime.getRuntime().removeShutdownHook(this.cleaner);
		remove();
	}

	private void remove() {
		removeNamespaces(this.run);
		// its other end went with its namespace, and mostly took this one along
		if (Files.exists(Path.of("/sys/class/net", this.outside))) {
			try {
				ip("link delete " + this.outside);
			}
			catch (IllegalStateException ex) {
				// gone meanwhile
			}
		}
	}

	/** Those of a run that was killed. */
	private static void removeThoseOfTheDead() {
		namespaces().filter((name) -> name.matches(PREFIX + "[0-9]+-.*"))
			.filter((name) -> ProcessHandle.of(Long.parseLong(name.split("-")[1])).isEmpty())
			.forEach((name) -> ip("netns delete " + name));
	}

	private static void removeNamespaces(String prefix) {
		namespaces().filter((name) -> name.startsWith(prefix)).forEach((name) -> ip("netns delete " + name));
	}

	private static Stream<String> namespaces() {
		Path folder = Path.of("/var/run/netns");
		if (!Files.isDirectory(folder)) {
			return Stream.empty();
		}
		try (Stream<Path> files = Files.list(folder)) {
			return files.map((file) -> file.getFileName().toString()).toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void ip(String words) {
		List<String> command = new ArrayList<>(List.of("ip"));
		command.addAll(Arrays.asList(words.split(" ")));
		ChildProcesses.run(command);
	}

}
