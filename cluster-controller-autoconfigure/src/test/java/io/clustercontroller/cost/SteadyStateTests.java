package io.clustercontroller.cost;

import java.time.Duration;

import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Waits;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a service asks of etcd while nothing happens.
 */
class SteadyStateTests {

	private static final int MEMBERS = 3;

	private static final Duration TTL = Duration.ofSeconds(6);

	private static final Duration TIME = Duration.ofSeconds(13);

	@Test
	void serviceAtRestWritesNothingAndAsksLittle() {
		try (EtcdProcess etcd = EtcdProcess.launch(); Instances service = new Instances(etcd, TTL)) {
			for (int i = 0; i < MEMBERS; i++) {
				service.start();
			}
			service.awaitAgreement();
			long revision = etcd.revision();
			EtcdCounters before = EtcdCounters.of(etcd);
			long begin = System.nanoTime();
			Waits.letPass(TIME);
			EtcdCounters cost = EtcdCounters.of(etcd).since(before);
			double thirds = (System.nanoTime() - begin) * 3.0 / TTL.toNanos();
			report(cost, thirds);
			assertThat(etcd.revision()).isEqualTo(revision);
			assertThat(etcd.watchers()).isEqualTo(MEMBERS);
			assertThat(cost.calls().keySet()).as("one watch for ever, and no writes")
				.isSubsetOf("LeaseKeepAlive", "Range", "Txn");
			// on a machine under load a request may be sent twice, or a renewal come late
			long most = (long) (MEMBERS * (1.5 * thirds + 4));
			assertThat(cost.calls("LeaseKeepAlive")).isBetween((long) MEMBERS, most);
			assertThat(cost.calls("Range")).isBetween((long) MEMBERS, most);
			assertThat(cost.calls("Txn")).as("reads of everything, every two to four TTLs")
				.isLessThanOrEqualTo((long) (MEMBERS * (thirds / 6 + 2)));
		}
	}

	private static void report(EtcdCounters cost, double thirds) {
		System.out.printf("Steady state: %d members, TTL %d s, %.1f times a third of it%n", MEMBERS, TTL.toSeconds(),
				thirds);
		System.out.printf("  %-16s %8s %12s %22s%n", "request", "in all", "per member", "per member and TTL/3");
		cost.calls()
			.forEach((method, count) -> System.out.printf("  %-16s %8d %12.1f %22.2f%n", method, count,
					(double) count / MEMBERS, count / MEMBERS / thirds));
		System.out.printf("  writes (raft proposals): %d%n", cost.proposals());
	}

}
