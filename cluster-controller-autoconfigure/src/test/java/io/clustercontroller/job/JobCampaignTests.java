package io.clustercontroller.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.JobCompletedEvent;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.ClusterService;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Fact;
import io.clustercontroller.testing.JobWitness;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A job that is due every second, on three processes whose master is killed, stopped,
 * frozen and handed over in turn. What counts are the rows that the job itself has
 * written. Long form: {@code -Dmeasure.minutes=5}.
 * <p>
 * No tick has two rows. Each tick has one, apart from those that {@link Campaign} finds a
 * reason for: another one came due before there was a master again, or before the run
 * before had ended, and the last one was run; or the master was killed or frozen just
 * when it had claimed it.
 */
@ExtendWith(EtcdExtension.class)
class JobCampaignTests {

	private static final Duration TTL = Duration.ofSeconds(3);

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final int MEMBERS = 3;

	@TempDir
	Path directory;

	@Test
	void eachTickRunsAtMostOnceAndNoneIsLostWhateverHappensToTheMaster(EtcdProcess etcd) throws IOException {
		Duration duration = Duration
			.ofSeconds(Math.round(60 * Double.parseDouble(System.getProperty("measure.minutes", "0.5"))));
		Path rows = this.directory.resolve("rows");
		try (ClusterService service = new ClusterService(List.of(etcd.endpoint()), TTL)) {
			for (int i = 0; i < MEMBERS; i++) {
				start(service, rows);
			}
			Map<Long, FaultKind> faults = new TreeMap<>();
			long begin = System.nanoTime();
			for (int round = 0; System.nanoTime() - begin < duration.toNanos(); round++) {
				FaultKind kind = FaultKind.values()[round % FaultKind.values().length];
				faults.put(inject(kind, service, rows), kind);
				Waits.letPass(Duration.ofSeconds(4));
			}
			Campaign campaign = new Campaign(Row.read(rows), masterships(service), faults, completions(service));
			System.out.println(campaign.report());
			assertThat(campaign.ticksRunTwice()).isEmpty();
			assertThat(campaign.lostTicks()).isEmpty();
			assertThat(campaign.rows()).hasSizeGreaterThan(10);
			service.assertNeverTwoMasters();
		}
	}

	private static ClusterProcess start(ClusterService service, Path rows) {
		return service.start((settings) -> settings.property("spring.main.sources", JobWitness.class.getName())
			.property(JobWitness.FILE, rows.toString()));
	}

	/**
	 * Do something to the master, and see to it that there are as many members as before.
	 * @return the token of that master
	 */
	private static long inject(FaultKind kind, ClusterService service, Path rows) {
		ClusterProcess master = service.awaitMaster(LIMIT);
		List<Fact> samples = master.samples();
		long token = samples.get(samples.size() - 1).token().orElseThrow();
		long now = System.nanoTime();
		switch (kind) {
			case KILL -> {
				master.kill();
				start(service, rows);
			}
			case TERMINATE -> {
				master.terminate();
				master.waitFor(LIMIT);
				start(service, rows);
			}
			case FREEZE -> {
				master.freeze();
				awaitOther(service, master, now);
				Waits.letPass(TTL);
				master.thaw();
			}
			case STEP_DOWN -> {
				master.stepDown();
				awaitOther(service, master, now);
			}
		}
		return token;
	}

	private static void awaitOther(ClusterService service, ClusterProcess master, long since) {
		Awaitility.await("another master")
			.atMost(LIMIT)
			.until(() -> service.processes()
				.stream()
				.filter((process) -> process != master)
				.flatMap((process) -> process.events(BecameMasterEvent.class).stream())
				.anyMatch((event) -> event.at() - since > 0));
	}

	/** The masterships in their order, by what was seen of them. */
	private static List<Mastership> masterships(ClusterService service) {
		Map<Long, Mastership> masterships = new TreeMap<>();
		for (ClusterProcess process : service.processes()) {
			for (Fact sample : process.samples()) {
				sample.token()
					.ifPresent((token) -> masterships.computeIfAbsent(token, Mastership::new).add(sample.wallMillis()));
			}
		}
		return new ArrayList<>(masterships.values());
	}

	private static NavigableMap<Long, Long> completions(ClusterService service) {
		NavigableMap<Long, Long> completions = new TreeMap<>();
		for (ClusterProcess process : service.processes()) {
			for (Fact completed : process.events(JobCompletedEvent.class)) {
				Instant tick = Instant.parse(completed.detail("tick"));
				completions.put(tick.toEpochMilli(), completed.wallMillis());
			}
		}
		return completions;
	}

	/** What is done to the master. */
	enum FaultKind {

		KILL, TERMINATE, FREEZE, STEP_DOWN;

		/** Whether a tick may have been claimed that nobody runs any more. */
		boolean isAbrupt() {
			return this == KILL || this == FREEZE;
		}

	}

	/**
	 * What a run of the job has written.
	 */
	record Row(long tick, long at, long token) {

		static List<Row> read(Path file) throws IOException {
			return Files.readAllLines(file).stream().map((line) -> {
				String[] fields = line.split(" ");
				return new Row(Long.parseLong(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]));
			}).toList();
		}

	}

	/**
	 * The moments at which somebody was seen to be master with a token.
	 */
	static final class Mastership {

		private final long token;

		private final List<Long> samples = new ArrayList<>();

		Mastership(long token) {
			this.token = token;
		}

		void add(long wallMillis) {
			this.samples.add(wallMillis);
		}

		long token() {
			return this.token;
		}

		long begin() {
			return this.samples.get(0);
		}

		long end() {
			return this.samples.get(this.samples.size() - 1);
		}

		/** Whether the process stood still for most of the time that a tick had. */
		boolean wasStalledAt(long tick) {
			long previous = tick;
			for (long sample : this.samples) {
				if (sample >= tick && previous < tick + 1000 && sample - Math.max(previous, tick) > 500) {
					return true;
				}
				previous = sample;
			}
			return false;
		}

	}

}
