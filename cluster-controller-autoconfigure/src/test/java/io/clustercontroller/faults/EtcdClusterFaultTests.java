package io.clustercontroller.faults;

import java.time.Duration;
import java.util.List;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MembersAddedEvent;
import io.clustercontroller.event.MembersRemovedEvent;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.ClusterService;
import io.clustercontroller.testing.EtcdCluster;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.TcpProxy;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What happens to a service when one of three etcd servers ends or stands still.
 */
class EtcdClusterFaultTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final Duration TTL = Duration.ofSeconds(5);

	private static EtcdCluster cluster;

	@BeforeAll
	static void launch() {
		cluster = EtcdCluster.launch();
	}

	@AfterAll
	static void close() {
		cluster.close();
	}

	@BeforeEach
	void awaitComplete() {
		cluster.awaitComplete();
	}

	@Test
	void killedLeaderIsNoReasonForTwoMasters() {
		try (ClusterService service = service()) {
			service.start();
			service.start();
			EtcdProcess leader = cluster.leader();
			leader.kill();
			Waits.letPass(TTL);
			service.awaitMaster(LIMIT);
			leader.start();
			Waits.letPass(TTL);
			assertOneMasterHearsOfNewMembers(service);
		}
	}

	@Test
	void frozenLeaderIsNoReasonForTwoMasters() {
		try (ClusterService service = service()) {
			service.start();
			service.start();
			EtcdProcess leader = cluster.leader();
			leader.freeze();
			Waits.letPass(TTL.multipliedBy(2));
			service.awaitMaster(LIMIT);
			leader.thaw();
			Waits.letPass(TTL);
			assertOneMasterHearsOfNewMembers(service);
		}
	}

	@Test
	void deadOrFrozenFollowerIsNotNoticed() {
		Duration ttl = TTL.multipliedBy(2);
		try (ClusterService service = new ClusterService(cluster.endpoints(), ttl)) {
			ClusterProcess first = service.start();
			service.start();
			EtcdProcess follower = cluster.follower();
			follower.kill();
			Waits.letPass(ttl);
			follower.start();
			cluster.awaitComplete();
			follower.freeze();
			Waits.letPass(ttl);
			follower.thaw();
			assertThat(first.events(BecameSlaveEvent.class)).isEmpty();
			assertThat(first.isMaster()).isTrue();
			assertOneMasterHearsOfNewMembers(service);
		}
	}

	@Test
	void serversMayBeRestartedOneByOne() {
		try (ClusterService service = service()) {
			service.start();
			service.start();
			for (EtcdProcess server : cluster.members()) {
				server.stop();
				server.start();
				cluster.awaitComplete();
			}
			Waits.letPass(TTL);
			assertOneMasterHearsOfNewMembers(service);
		}
	}

	@Test
	void lostMajorityEndsTheMastershipUntilItReturns() {
		try (ClusterService service = service()) {
			ClusterProcess first = service.start();
			ClusterProcess second = service.start();
			EtcdProcess leader = cluster.leader();
			EtcdProcess follower = cluster.follower();
			long lost = System.nanoTime();
			leader.freeze();
			follower.freeze();
			assertThat(first.awaitEvent(BecameSlaveEvent.class, LIMIT).at() - lost).isLessThan(TTL.toNanos());
			Waits.letPass(TTL);
			assertThat(first.isMaster() || second.isMaster()).isFalse();
			leader.thaw();
			follower.thaw();
			assertOneMasterHearsOfNewMembers(service);
		}
	}

	/**
	 * As the deposed leader of an old etcd does when it goes on. The master hears nothing
	 * of it, but acts on its last renewal for a while.
	 */
	@Test
	void leaseThatEndsTooEarlyIsNoReasonForTwoMasters() {
		EtcdProcess server = cluster.leader();
		assumeTrue(server.version().matches("3[.]4[.]([12]?[0-9]|30)|3[.]5[.]([0-9]|1[0-2])"),
				() -> "etcd " + server.version() + " ends no lease too early");
		try (TcpProxy proxy = TcpProxy.to(server.endpoint()); ClusterService service = service()) {
			ClusterProcess first = service.start((settings) -> settings.etcd(proxy.endpoint()));
			ClusterProcess second = service.start();
			first.awaitEvent(MembersAddedEvent.class, LIMIT);
			proxy.holdAnswers();
			// that of the one who has joined first
			server.revokeLease(server.leaseOf(service.masterKey()));
			long began = second.awaitEvent(BecameMasterEvent.class, LIMIT).at();
			assertThat(first.awaitEvent(BecameSlaveEvent.class, LIMIT).at()).isLessThan(began);
			proxy.releaseAnswers();
			assertOneMasterHearsOfNewMembers(service);
		}
	}

	@Test
	void historyMayBeCompactedWhileTheWatchIsDown() {
		EtcdProcess server = cluster.leader();
		try (TcpProxy proxy = TcpProxy.to(server.endpoint());
				ClusterService service = new ClusterService(List.of(server.endpoint()), TTL)) {
			ClusterProcess first = service.start();
			ClusterProcess second = service.start((settings) -> settings.etcd(proxy.endpoint()));
			ClusterProcess third = service.start();
			second.awaitEvent(MembersAddedEvent.class, LIMIT);
			proxy.cut();
			third.terminate();
			third.waitFor(LIMIT);
			server.compact(server.put(service.prefix() + "unrelated", "value"));
			proxy.pass();
			second.awaitEvent(MembersRemovedEvent.class, LIMIT);
			first.terminate();
			second.awaitEvent(BecameMasterEvent.class, LIMIT);
			assertOneMasterHearsOfNewMembers(service);
		}
	}

	/** The service works: there is one master, and what changes reaches everybody. */
	private static void assertOneMasterHearsOfNewMembers(ClusterService service) {
		ClusterProcess master = service.awaitMaster(LIMIT);
		long since = System.nanoTime();
		ClusterProcess added = service.start();
		master.awaitEventSince(since, MembersAddedEvent.class, LIMIT);
		master.stepDown();
		Awaitility.await()
			.atMost(LIMIT)
			.until(() -> service.processes().stream().anyMatch((process) -> process != master && process.isMaster()));
		assertThat(added.isAlive()).isTrue();
		service.assertNeverTwoMasters();
	}

	private static ClusterService service() {
		return new ClusterService(cluster.endpoints(), TTL);
	}

}
