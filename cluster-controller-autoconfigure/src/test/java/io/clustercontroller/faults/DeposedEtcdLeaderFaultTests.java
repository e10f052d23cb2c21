package io.clustercontroller.faults;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MembersAddedEvent;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.ClusterService;
import io.clustercontroller.testing.DeposedEtcdLeader;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Fact;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A renewal that is confirmed proves nothing: etcd before 3.4.31 and 3.5.13 confirms
 * renewals that do not count while the disk of a leader stands still.
 */
@ExtendWith(EtcdExtension.class)
class DeposedEtcdLeaderFaultTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final Duration TTL = Duration.ofSeconds(3);

	@Test
	void falseRenewalsDoNotProlongTheMastershipWhereReadsHang(EtcdProcess etcd) {
		masterStepsDownBeforeAnotherOneBegins(etcd, DeposedEtcdLeader::freezeDisk);
	}

	@Test
	void falseRenewalsDoNotProlongTheMastershipWhereReadsAreOfALaterTerm(EtcdProcess etcd) {
		masterStepsDownBeforeAnotherOneBegins(etcd, DeposedEtcdLeader::freezeDiskBesideHealthyMembers);
	}

	private static void masterStepsDownBeforeAnotherOneBegins(EtcdProcess etcd, Consumer<DeposedEtcdLeader> fault) {
		try (DeposedEtcdLeader deposed = new DeposedEtcdLeader(etcd, TTL.toSeconds());
				ClusterService service = new ClusterService(List.of(etcd.endpoint()), TTL)) {
			ClusterProcess first = service.start((settings) -> settings.etcd(deposed.endpoint()));
			ClusterProcess second = service.start();
			first.awaitEvent(MembersAddedEvent.class, LIMIT);
			fault.accept(deposed);
			long stuck = System.nanoTime();
			Fact became = second.awaitEvent(BecameMasterEvent.class, LIMIT);
			Fact ended = first.awaitEvent(BecameSlaveEvent.class, LIMIT);
			assertThat(deposed.falseRenewals()).isPositive();
			assertThat(ended.cause()).isEqualTo("SESSION_LOST");
			assertThat(ended.at()).isLessThan(became.at());
			// the last renewal that counts was sent before
			assertThat(Duration.ofNanos(ended.at() - stuck)).isLessThan(TTL);
			service.assertNeverTwoMasters();
		}
	}

}
