package io.clustercontroller.campaign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.clustercontroller.testing.EtcdCluster;
import io.clustercontroller.testing.Host;
import io.clustercontroller.testing.TcpProxy;

/**
 * Where there are no namespaces: each instance reaches each node of etcd by a proxy of
 * its own. Packets are not lost one by one, and the nodes cannot be cut off from each
 * other.
 */
final class LoopbackNetwork implements Network {

	private static final Duration DELAY = Duration.ofMillis(250);

	private final List<String> nodes;

	/** By the name of the host, and the node. */
	private final Map<String, Map<String, TcpProxy>> proxies = new LinkedHashMap<>();

	private final List<Impairment> impairments = new ArrayList<>();

	LoopbackNetwork(List<String> nodes) {
		this.nodes = nodes;
	}

	@Override
	public String describe() {
		return "loopback, with a proxy between each instance and each node";
	}

	@Override
	public Host host(String name) {
		return Host.LOOPBACK;
	}

	@Override
	public List<String> endpoints(String host, EtcdCluster etcd) {
		Map<String, TcpProxy> ways = this.proxies.computeIfAbsent(host, (name) -> {
			Map<String, TcpProxy> opened = new LinkedHashMap<>();
			for (int i = 0; i < this.nodes.size(); i++) {
				opened.put(this.nodes.get(i), TcpProxy.to(etcd.endpoints().get(i)));
			}
			return opened;
		});
		return ways.values().stream().map(TcpProxy::endpoint).toList();
	}

	@Override
	public Set<Impairment.Kind> impairments() {
		return EnumSet.of(Impairment.Kind.REFUSED, Impairment.Kind.BLACK_HOLE, Impairment.Kind.MUTE,
				Impairment.Kind.SLOW);
	}

	@Override
	public boolean separatesNodes() {
		return false;
	}

	@Override
	public void impose(Impairment impairment) {
		this.impairments.add(impairment);
		write(impairment);
	}

	@Override
	public void lift(Impairment impairment) {
		this.impairments.remove(impairment);
		write(impairment);
	}

	private void write(Impairment changed) {
		this.proxies.get(changed.at()).forEach((node, proxy) -> {
			proxy.pass();
			proxy.releaseAnswers();
			proxy.delay(Duration.ZERO);
			this.impairments.stream()
				.filter((one) -> one.at().equals(changed.at()))
				.filter((one) -> one.with().equals(node) || one.with().equals(Impairment.EVERYBODY))
				.forEach((one) -> impose(one.kind(), proxy));
		});
	}

	private static void impose(Impairment.Kind kind, TcpProxy proxy) {
		switch (kind) {
			case REFUSED -> proxy.cut();
			case BLACK_HOLE -> proxy.blackHole();
			case MUTE -> proxy.holdAnswers();
			case SLOW -> proxy.delay(DELAY);
			case DEAF, LOSSY -> throw new IllegalArgumentException("A proxy cannot be " + kind);
		}
	}

	@Override
	public void close() {
		this.proxies.values().forEach((ways) -> ways.values().forEach(TcpProxy::close));
	}

}
