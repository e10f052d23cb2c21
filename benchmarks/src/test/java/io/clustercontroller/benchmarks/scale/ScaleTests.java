package io.clustercontroller.benchmarks.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Waits;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One service with many members, on one etcd and this machine: what all of it asks for at
 * rest, how long it takes until everybody knows the next master, and how many
 * transactions that takes.
 */
class ScaleTests {

	private static final List<Integer> SIZES = Arrays.stream(System.getProperty("measure.members", "10,50").split(","))
		.map(Integer::valueOf)
		.toList();

	/** In seconds. */
	private static final int TTL = Integer.getInteger("measure.ttl", 10);

	/**
	 * From one start in a process to the next. All members have to hear of each: several
	 * hundred on one machine that start as fast as they can leave it no time to renew
	 * their sessions.
	 */
	private static final Duration PAUSE = Duration.ofMillis(Integer.getInteger("measure.pause", 0));

	private static final int MEMBERS_OF_A_PROCESS = 500;

	private static final int HAND_OVERS = 5;

	private static final Duration REST = Duration.ofSeconds(20);

	private static final Duration LIMIT = Duration.ofMinutes(5);

	@Test
	void everybodySoonKnowsTheNextMasterHoweverManyTheyAre() {
		System.out.println(
				"| members | start: all know all after, s | CPU of etcd, s | CPU of all members, s | at rest, per member: requests/s | KB/s to and from etcd | CPU of etcd, ms/s"
						+ " | CPU of all members, ms/s | resident etcd, MB | heap of a member, MB | its threads"
						+ " | hand-over: first, median, last know, ms | proposals | crash: first, median, last | proposals |");
		for (int size : SIZES) {
			measure(size);
		}
	}

	private static void measure(int size) {
		try (EtcdProcess etcd = EtcdProcess.launch()) {
			List<Crowd> crowds = new ArrayList<>();
			try {
				long begin = System.nanoTime();
				// one by itself, which can be killed without the others
				crowds.add(crowd(etcd, 1));
				crowds.get(0).awaitReady();
				for (int left = size - 1; left > 0; left -= MEMBERS_OF_A_PROCESS) {
					crowds.add(crowd(etcd, Math.min(left, MEMBERS_OF_A_PROCESS)));
				}
				crowds.subList(1, crowds.size()).forEach(Crowd::awaitReady);
				await("all to know all").atMost(LIMIT)
					.pollInterval(Duration.ofSeconds(1))
					.until(() -> crowds.stream().allMatch((crowd) -> crowd.members() == size));
				StringBuilder row = new StringBuilder(
						"| %d | %.0f | %.0f | %.0f".formatted(size, (System.nanoTime() - begin) / 1e9,
								processorMillis(etcd.pid()) / 1e3, processorMillis(crowds) / 1e3));
				// what the starts have planned is over
				Waits.letPass(Duration.ofSeconds(30));
				row.append(rest(size, etcd, crowds));
				List<Change> changes = new ArrayList<>();
				for (int i = 0; i < HAND_OVERS; i++) {
					changes.add(handOver("step-down", size, etcd, crowds));
				}
				handOver("hand-over " + crowds.get(0).id(), size, etcd, crowds);
				changes.sort((one, other) -> Double.compare(one.last(), other.last()));
				row.append(changes.get(HAND_OVERS / 2)).append(crash(size, etcd, crowds)).append(" |");
				System.out.println(row);
				assertThat(changes).allSatisfy((change) -> assertThat(change.proposals()).isLessThan(12));
			}
			finally {
				crowds.forEach(Crowd::close);
			}
		}
	}

	private static Crowd crowd(EtcdProcess etcd, int members) {
		return new Crowd(etcd.endpoint(), members, PAUSE, "--cluster-controller.session.ttl=" + TTL + "s",
				"--cluster-controller.start-timeout=120s");
	}

	private static String rest(int size, EtcdProcess etcd, List<Crowd> crowds) {
		Map<String, Double> before = etcd.metrics();
		long etcdBefore = processorMillis(etcd.pid());
		long crowdsBefore = processorMillis(crowds);
		long begin = System.nanoTime();
		Waits.letPass(REST);
		double seconds = (System.nanoTime() - begin) / 1e9;
		Map<String, Double> after = etcd.metrics();
		double requests = sum(after, "grpc_server_handled_total") - sum(before, "grpc_server_handled_total");
		double bytes = sum(after, "etcd_network_client_grpc") - sum(before, "etcd_network_client_grpc");
		long etcdMillis = processorMillis(etcd.pid()) - etcdBefore;
		long crowdMillis = processorMillis(crowds) - crowdsBefore;
		double heap = 0;
		long threads = 0;
		for (Crowd crowd : crowds.subList(1, crowds.size())) {
			long[] resources = crowd.resources();
			heap += resources[0] / 1024.0;
			threads += resources[1];
		}
		return " | %.2f | %.2f | %.0f | %.0f | %.0f | %.1f | %.1f".formatted(requests / seconds / size,
				bytes / 1024 / seconds / size, etcdMillis / seconds, crowdMillis / seconds,
				after.get("process_resident_memory_bytes") / (1 << 20), heap / (size - 1),
				(double) threads / (size - 1));
	}

	private static Change handOver(String command, int size, EtcdProcess etcd, List<Crowd> crowds) {
		long token = etcd.revision();
		long proposals = proposals(etcd);
		long begin = 0;
		for (Crowd crowd : crowds) {
			begin = Math.max(begin, crowd.handOver(command));
			if (begin != 0) {
				break;
			}
		}
		return change(token, begin, size, proposals, etcd, crowds);
	}

	private static Change crash(int size, EtcdProcess etcd, List<Crowd> crowds) {
		long token = etcd.revision();
		long proposals = proposals(etcd);
		long begin = System.nanoTime();
		Crowd master = crowds.remove(0);
		master.kill();
		return change(token, begin, size - 1, proposals, etcd, crowds);
	}

	private static Change change(long token, long begin, int members, long proposals, EtcdProcess etcd,
			List<Crowd> crowds) {
		await("all to know the next master").atMost(LIMIT)
			.pollInterval(Duration.ofMillis(500))
			.until(() -> heard(token, crowds).length >= members);
		long[] times = heard(token, crowds);
		// what follows it, such as the history
		Waits.letPass(Duration.ofSeconds(3));
		return new Change(millis(times[0] - begin), millis(times[times.length / 2] - begin),
				millis(times[times.length - 1] - begin), proposals(etcd) - proposals);
	}

	private static long[] heard(long token, List<Crowd> crowds) {
		return crowds.stream().flatMapToLong((crowd) -> Arrays.stream(crowd.heard(token))).sorted().toArray();
	}

	private static double millis(long nanos) {
		return nanos / 1e6;
	}

	private static long proposals(EtcdProcess etcd) {
		return etcd.metrics().get("etcd_server_proposals_applied_total").longValue();
	}

	private static double sum(Map<String, Double> metrics, String prefix) {
		return metrics.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().startsWith(prefix))
			.mapToDouble(Map.Entry::getValue)
			.sum();
	}

	private static long processorMillis(List<Crowd> crowds) {
		return crowds.stream().mapToLong((crowd) -> processorMillis(crowd.pid())).sum();
	}

	private static long processorMillis(long pid) {
		try {
			String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
			String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
			// in ticks of the kernel, 100 per second
			return TimeUnit.SECONDS.toMillis(Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A change of master.
	 *
	 * @param first when the first member knew, in milliseconds
	 * @param median when half of them knew
	 * @param last when all knew
	 * @param proposals what etcd had to agree on
	 */
	private record Change(double first, double median, double last, long proposals) {

		@Override
		public String toString() {
			return " | %.0f, %.0f, %.0f | %d".formatted(this.first, this.median, this.last, this.proposals);
		}

	}

}
