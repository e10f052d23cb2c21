package io.clustercontroller.cost;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

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
 * before its hand-over, to the {@link BecameMasterEvent} of the next one. One way in
 * three is measured on a machine that has no idle moment.
 */
@ExtendWith(EtcdExtension.class)
class HandOverTimeTests {

	private static final int HAND_OVERS = Integer.getInteger("measure.handovers", 3);

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
			List<Change> steppedDown = new ArrayList<>();
			List<Change> chosen = new ArrayList<>();
			List<Change> terminated = new ArrayList<>();
			for (int i = 0; i < 2 * HAND_OVERS; i++) {
				String successor = slave.instanceId();
				if (i % 2 == 0) {
					steppedDown.add(handOver(master, slave, ClusterProcess::stepDown));
				}
				else {
					try (Load load = new Load()) {
						chosen.add(handOver(master, slave, (from) -> from.handOver(successor)));
					}
				}
				ClusterProcess former = master;
				master = slave;
				slave = former;
			}
			for (int i = 0; i < HAND_OVERS; i++) {
				terminated.add(handOver(master, slave, ClusterProcess::terminate));
				assertThat(master.waitFor(LIMIT)).isEqualTo(128 + 15);
				master = slave;
				if (i + 1 < HAND_OVERS) {
					slave = startNext(service, master);
				}
			}
			report("stepDown()", steppedDown);
			report("handOver(id), busy machine", chosen);
			report("SIGTERM", terminated);
			assertThat(Stream.of(steppedDown, chosen, terminated).flatMap(List::stream))
				.allSatisfy((change) -> assertThat(change.gap()).isLessThan(SLOWEST));
			assertOneOwnerAfterTheOther(etcd, service, begin, 3 * HAND_OVERS);
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

	private static Change handOver(ClusterProcess from, ClusterProcess to, Consumer<ClusterProcess> operation) {
		long begin = System.nanoTime();
		operation.accept(from);
		Fact ended = from.awaitEventSince(begin, BecameSlaveEvent.class, LIMIT);
		Fact became = to.awaitEventSince(begin, BecameMasterEvent.class, LIMIT);
		assertThat(became.cause()).as(() -> "The old master says:\n" + from.output() + "The next one:\n" + to.output())
			.isEqualTo("HANDED_OVER");
		assertThat(became.token().orElseThrow()).isGreaterThan(ended.token().orElseThrow());
		return new Change(Duration.ofNanos(became.at() - ended.at()), Duration.ofNanos(became.at() - begin));
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

	private static void report(String what, List<Change> changes) {
		System.out.printf("Hand-over by %s, %d times: without a master %s; in all %s%n", what, changes.size(),
				describe(changes, Change::gap), describe(changes, Change::total));
	}

	private static String describe(List<Change> changes, Function<Change, Duration> time) {
		double[] sorted = changes.stream().map(time).mapToDouble((one) -> one.toNanos() / 1e6).sorted().toArray();
		return "min %.1f ms, median %.1f ms, max %.1f ms".formatted(sorted[0], sorted[sorted.length / 2],
				sorted[sorted.length - 1]);
	}

	/**
	 * A change of the master.
	 *
	 * @param gap from the event of the old master's end to that of the next one's begin
	 * @param total from the request to that begin
	 */
	private record Change(Duration gap, Duration total) {
	}

	/** Threads that leave the machine no idle moment, four for each of its cores. */
	private static final class Load implements AutoCloseable {

		private final List<Thread> threads = Stream.generate(() -> new Thread(Load::burn, "load"))
			.limit(4L * Runtime.getRuntime().availableProcessors())
			.toList();

		Load() {
			this.threads.forEach(Thread::start);
		}

		private static void burn() {
			while (!Thread.currentThread().isInterrupted()) {
				Thread.onSpinWait();
			}
		}

		@Override
		public void close() {
			this.threads.forEach(Thread::interrupt);
		}

	}

}
