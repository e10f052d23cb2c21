package io.clustercontroller.cost;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MembersAddedEvent;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.ClusterService;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Fact;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long a service is without a master when the master hands over to another process.
 * Measure with {@code -Dmeasure.handovers=30} on an idle machine.
 * <p>
 * The time is taken from the {@link BecameSlaveEvent} of the old master, which comes
 * before its hand-over, to the {@link BecameMasterEvent} of the next one.
 */
@ExtendWith(EtcdExtension.class)
class HandOverTimeTests {

	private static final int HAND_OVERS = Integer.getInteger("measure.handovers", 5);

	private static final Duration TTL = Duration.ofSeconds(10);

	private static final Duration LIMIT = Duration.ofSeconds(60);

	/** Far above what is measured: for a machine under load. */
	private static final Duration SLOWEST = Duration.ofSeconds(5);

	@Test
	void masterThatIsTerminatedOrStepsDownLeavesNoGap(EtcdProcess etcd) {
		try (ClusterService service = new ClusterService(List.of(etcd.endpoint()), TTL)) {
			ClusterProcess master = service.start();
			long begin = etcd.revision();
			ClusterProcess slave = startNext(service, master);
			List<Duration> steppedDown = new ArrayList<>();
			List<Duration> terminated = new ArrayList<>();
			for (int i = 0; i < HAND_OVERS; i++) {
				steppedDown.add(handOver(master, slave, master::stepDown));
				ClusterProcess former = master;
				master = slave;
				slave = former;
			}
			for (int i = 0; i < HAND_OVERS; i++) {
				terminated.add(handOver(master, slave, master::terminate));
				assertThat(master.waitFor(LIMIT)).isEqualTo(128 + 15);
				master = slave;
				if (i + 1 < HAND_OVERS) {
					slave = startNext(service, master);
				}
			}
			report("stepDown()", steppedDown);
			report("SIGTERM", terminated);
			assertThat(steppedDown).allSatisfy((time) -> assertThat(time).isLessThan(SLOWEST));
			assertThat(terminated).allSatisfy((time) -> assertThat(time).isLessThan(SLOWEST));
			assertOneOwnerAfterTheOther(etcd, service, begin, 2 * HAND_OVERS);
			service.assertNeverTwoMasters();
		}
	}

	/** Start one more, and wait until the master knows it. */
	private static ClusterProcess startNext(ClusterService service, ClusterProcess master) {
		ClusterProcess next = service.start();
		String id = next.instanceId();
		master.awaitEvent(MembersAddedEvent.class, (event) -> event.detail("members").contains(id), LIMIT);
		return next;
	}

	private static Duration handOver(ClusterProcess from, ClusterProcess to, Runnable operation) {
		long begin = System.nanoTime();
		operation.run();
		Fact ended = from.awaitEventSince(begin, BecameSlaveEvent.class, LIMIT);
		Fact became = to.awaitEventSince(begin, BecameMasterEvent.class, LIMIT);
		assertThat(became.cause()).as(() -> "The old master says:\n" + from.output() + "The next one:\n" + to.output())
			.isEqualTo("HANDED_OVER");
		assertThat(became.token().orElseThrow()).isGreaterThan(ended.token().orElseThrow());
		return Duration.ofNanos(became.at() - ended.at());
	}

	/** Look at the master's key in the history of etcd, at each revision. */
	private static void assertOneOwnerAfterTheOther(EtcdProcess etcd, ClusterService service, long begin,
			int handOvers) {
		List<String> owners = new ArrayList<>();
		long end = etcd.revision();
		for (long revision = begin; revision <= end; revision++) {
			Optional<String> owner = etcd.get(service.masterKey(), revision);
			assertThat(owner).as("the owner of %s at revision %d", service.masterKey(), revision).isPresent();
			if (owners.isEmpty() || !owners.get(owners.size() - 1).equals(owner.get())) {
				owners.add(owner.get());
			}
		}
		System.out.printf("  revisions %d to %d: always an owner, %d owners in turn%n", begin, end, owners.size());
		assertThat(owners).hasSize(handOvers + 1);
	}

	private static void report(String what, List<Duration> times) {
		List<Duration> sorted = times.stream().sorted().toList();
		System.out.printf("Hand-over by %-10s %d times: min %.1f ms, median %.1f ms, max %.1f ms%n", what,
				sorted.size(), millis(sorted.get(0)), millis(sorted.get(sorted.size() / 2)),
				millis(sorted.get(sorted.size() - 1)));
	}

	private static double millis(Duration duration) {
		return duration.toNanos() / 1e6;
	}

}
