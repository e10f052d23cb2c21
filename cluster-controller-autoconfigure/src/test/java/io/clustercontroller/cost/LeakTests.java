package io.clustercontroller.cost;

import java.time.Duration;
import java.util.List;

import io.clustercontroller.cost.Instances.Instance;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is left behind by outages of etcd that last longer than a mastership. Search
 * thoroughly with {@code -Dmeasure.cycles=50}.
 */
class LeakTests {

	private static final int CYCLES = Integer.getInteger("measure.cycles", 3);

	private static final Duration TTL = Duration.ofSeconds(2);

	private static final Duration LIMIT = Duration.ofSeconds(60);

	@Test
	void outagesLeaveNothingBehind() {
		try (EtcdProcess etcd = EtcdProcess.launch(); Instances service = new Instances(etcd, TTL)) {
			Instance one = service.start();
			Instance other = service.start();
			service.awaitAgreement();
			Resources first = endureOutage(etcd, service, 0);
			for (int i = 1; i <= CYCLES; i++) {
				endureOutage(etcd, service, i);
				assertThat(List.of(one, other)).contains(service.master());
			}
			// the leases of lost sessions live on while etcd does not run long enough
			Instance master = service.master();
			Awaitility.await("the end of old leases").atMost(LIMIT).until(() -> etcd.leases().size() == 2);
			assertThat(service.awaitAgreement()).isSameAs(master);
			assertThat(etcd.watchers()).isEqualTo(2);
			// what was left of the last outage may need a moment to go
			Awaitility.await()
				.pollInterval(Duration.ofSeconds(1))
				.atMost(LIMIT)
				.untilAsserted(() -> assertNoMoreThan(first, Resources.now()));
		}
		System.out.printf("All closed: %s%n", Resources.now());
	}

	/** Beyond the deadline; one master again means without a restart. */
	private static Resources endureOutage(EtcdProcess etcd, Instances service, int number) {
		etcd.stop();
		Awaitility.await("the end of the mastership").atMost(LIMIT).until(() -> !service.hasMaster());
		Waits.letPass(TTL.dividedBy(2));
		assertThat(service.hasMaster()).isFalse();
		etcd.start();
		service.awaitAgreement();
		Resources resources = Resources.now();
		System.out.printf("Outage %3d: %s%n", number, resources);
		return resources;
	}

	private static void assertNoMoreThan(Resources first, Resources last) {
		// pools of threads and buffers may still fill up
		assertThat(last.threadCount()).as("threads, now %s, first %s", last.threads(), first.threads())
			.isLessThanOrEqualTo(first.threadCount() + 8);
		assertThat(last.files()).as("open files").isLessThanOrEqualTo(first.files() + 8);
		assertThat(last.channels()).as("gRPC channels").isLessThanOrEqualTo(first.channels() + 1);
		assertThat(last.objects()).as("objects").isLessThanOrEqualTo(first.objects() + first.objects() / 4);
		assertThat(last.heap()).as("heap").isLessThanOrEqualTo(first.heap() + 8 * 1024);
	}

}
