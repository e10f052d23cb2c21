package io.clustercontroller.testing;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

/**
 * Three etcd servers on loopback that form a cluster. Each can be frozen, killed and
 * started again by itself.
 */
public final class EtcdCluster implements AutoCloseable {

	private static final int SIZE = 3;

	private static final Duration ELECTION_LIMIT = Duration.ofSeconds(60);

	private final List<EtcdProcess> members;

	private EtcdCluster(List<EtcdProcess> members) {
		this.members = members;
	}

	/**
	 * Start three servers and wait until they have formed a cluster.
	 * @param arguments further arguments for each of them
	 */
	public static EtcdCluster launch(String... arguments) {
		return launch(Collections.nCopies(SIZE, Host.LOOPBACK), arguments);
	}

	/** The same, with each server on a host of its own. */
	public static EtcdCluster launch(List<Host> hosts, String... arguments) {
		EtcdRunner runner = EtcdRunner.find();
		return EtcdProcess.retryWhilePortsAreTaken(() -> {
			EtcdCluster cluster = prepare(runner, hosts, arguments);
			try {
				cluster.members.forEach(EtcdProcess::begin);
				cluster.members.forEach(EtcdProcess::awaitHealthy);
				return cluster;
			}
			catch (IllegalStateException ex) {
				cluster.close();
				throw ex;
			}
		});
	}

	private static EtcdCluster prepare(EtcdRunner runner, List<Host> hosts, String... arguments) {
		List<EtcdProcess.Server> servers = IntStream.range(0, SIZE)
			.mapToObj(
					(i) -> new EtcdProcess.Server(runner, "node" + i, hosts.get(i), FreePorts.next(), FreePorts.next()))
			.toList();
		String initialCluster = servers.stream()
			.map((server) -> server.name() + "=" + server.peerUrl())
			.collect(Collectors.joining(","));
		return new EtcdCluster(
				servers.stream().map((server) -> EtcdProcess.member(server, initialCluster, arguments)).toList());
	}

	/** All three, whatever their state. */
	public List<EtcdProcess> members() {
		return this.members;
	}

	/** The client URLs of all three. */
	public List<String> endpoints() {
		return this.members.stream().map(EtcdProcess::endpoint).toList();
	}

	/**
	 * The leader a majority agrees on. Waits for an election where there is none; servers
	 * that are frozen or down are not asked.
	 */
	public EtcdProcess leader() {
		AtomicReference<EtcdProcess> leader = new AtomicReference<>();
		Awaitility.await("a leader of " + endpoints())
			.pollInterval(Duration.ofMillis(50))
			.atMost(ELECTION_LIMIT)
			.until(() -> {
				findLeader().ifPresent(leader::set);
				return leader.get() != null;
			});
		return leader.get();
	}

	/** One of those that answer and do not lead. */
	public EtcdProcess follower() {
		EtcdProcess leader = leader();
		return reachable().filter((member) -> member != leader)
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("Nobody follows " + leader));
	}

	/** Let another one lead. */
	public void moveLeader() {
		EtcdProcess leader = leader();
		EtcdProcess follower = follower();
		leader.gateway().transferLeadership(leader.gateway().memberIds().get(follower.peerUrl()));
	}

	/**
	 * Let a member lose its data: it is ended, removed, accepted as a new one and started
	 * with nothing, as etcd's guide for operators says. Does not wait until it has caught
	 * up.
	 */
	public void replace(EtcdProcess member) {
		if (member.isRunning()) {
			member.kill();
		}
		String url = member.peerUrl();
		// refused while the leader does not trust its connections to the others
		insist("the removal of " + url, (leader) -> {
			String id = leader.memberIds().get(url);
			if (id != null) {
				leader.removeMember(id);
			}
		});
		insist("a new member at " + url, (leader) -> {
			if (!leader.memberIds().containsKey(url)) {
				leader.addMember(url);
			}
		});
		member.beginAnew();
	}

	private void insist(String what, Consumer<EtcdGateway> change) {
		Awaitility.await(what).atMost(ELECTION_LIMIT).ignoreExceptions().until(() -> {
			change.accept(leader().gateway());
			return true;
		});
	}

	/** Start a member again without waiting for its health. */
	public void begin(EtcdProcess member) {
		member.begin();
	}

	/** Wait until all three answer and agree on a leader. */
	public void awaitComplete() {
		this.members.forEach(EtcdProcess::awaitHealthy);
		leader();
	}

	@Override
	public void close() {
		this.members.forEach(EtcdProcess::close);
	}

	private Optional<EtcdProcess> findLeader() {
		List<EtcdProcess> candidates = new ArrayList<>();
		List<String> votes = new ArrayList<>();
		List<Long> terms = new ArrayList<>();
		reachable().forEach((member) -> {
			try {
				EtcdGateway.Status status = member.status();
				votes.add(status.leader());
				terms.add(status.raftTerm());
				if (status.isLeader()) {
					candidates.add(member);
				}
			}
			catch (UncheckedIOException | IllegalStateException ex) {
				// it does not answer: no vote
			}
		});
		boolean agreed = votes.size() > SIZE / 2 && votes.stream().distinct().count() == 1
				&& terms.stream().distinct().count() == 1;
		return (agreed && candidates.size() == 1) ? Optional.of(candidates.get(0)) : Optional.empty();
	}

	private Stream<EtcdProcess> reachable() {
		return this.members.stream().filter((member) -> member.isRunning() && !member.isFrozen());
	}

}
