package io.clustercontroller.benchmarks.failover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;

import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Spread;
import io.clustercontroller.testing.Waits;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long an election takes when the leader gives up and when it is killed, beside other
 * ways of electing one, on one etcd and one ZooKeeper on this machine, with the same TTL.
 * Each contestant is a process. The hand-overs of all ways are mixed; in each round of
 * crashes all ways lose their leader at once, at a time that is drawn, since each renews
 * its session by itself.
 */
class FailoverTimeTests {

	private static final Duration TTL = Duration.ofSeconds(5);

	private static final List<String> WAYS = List.of("floor", "cluster-controller", "jetcd election",
			"Curator LeaderLatch", "Spring Integration");

	private static final int HAND_OVERS = Integer.getInteger("measure.handovers", 10);

	private static final int CRASHES = Integer.getInteger("measure.crashes", 3);

	private final Random random = new Random(1);

	@Test
	void failoversAreNearTheFloor() throws Exception {
		InstanceSpec settings = new InstanceSpec(null, -1, -1, -1, true, -1, 500, 100);
		try (EtcdProcess etcd = EtcdProcess.launch(); TestingServer zooKeeper = new TestingServer(settings, true)) {
			List<Contestants> ways = new ArrayList<>();
			try {
				for (String way : WAYS) {
					boolean usesEtcd = WAYS.indexOf(way) < 3;
					ways.add(new Contestants(way, usesEtcd ? etcd.endpoint() : zooKeeper.getConnectString(), TTL));
				}
				Map<String, List<Contestants.HandOver>> handOvers = handOvers(ways);
				Map<String, Spread> crashes = spreads(crashes(ways));
				report("hand-over, from the call, ms", spreads(handOvers, Contestants.HandOver::total));
				report("hand-over, without a leader, ms", spreads(handOvers, Contestants.HandOver::gap));
				report("crash, ms", crashes);
				assertThat(crashes).hasSize(WAYS.size());
			}
			finally {
				ways.forEach(Contestants::close);
			}
		}
	}

	private Map<String, List<Contestants.HandOver>> handOvers(List<Contestants> ways) {
		Map<String, List<Contestants.HandOver>> times = new LinkedHashMap<>();
		for (int round = -2; round < HAND_OVERS; round++) {
			List<Contestants> turns = new ArrayList<>(ways);
			Collections.shuffle(turns, this.random);
			for (Contestants way : turns) {
				// whoever gave up last has to stand again
				Waits.letPass(Duration.ofMillis(500));
				Contestants.HandOver time = way.handOver();
				// the first ones warm up
				if (round >= 0) {
					times.computeIfAbsent(way.way(), (key) -> new ArrayList<>()).add(time);
				}
			}
		}
		return times;
	}

	private Map<String, List<Double>> crashes(List<Contestants> ways) {
		Map<String, List<Double>> times = new LinkedHashMap<>();
		for (int round = 0; round < CRASHES; round++) {
			// until all stand again, and a part of the time between two renewals
			Waits.letPass(TTL.plusMillis(3000 + this.random.nextInt((int) TTL.toMillis() / 3)));
			Map<Contestants, Long> killed = new LinkedHashMap<>();
			ways.forEach((way) -> killed.put(way, way.kill()));
			killed.forEach((way, since) -> times.computeIfAbsent(way.way(), (key) -> new ArrayList<>())
				.add(way.awaitFailover(since)));
		}
		return times;
	}

	private static Map<String, Spread> spreads(Map<String, List<Double>> times) {
		return spreads(times, Double::doubleValue);
	}

	private static <T> Map<String, Spread> spreads(Map<String, List<T>> times, ToDoubleFunction<T> figure) {
		Map<String, Spread> spreads = new LinkedHashMap<>();
		WAYS.forEach(
				(way) -> spreads.put(way, new Spread(times.get(way).stream().map(figure::applyAsDouble).toList())));
		return spreads;
	}

	private static void report(String what, Map<String, Spread> spreads) {
		double floor = spreads.get("floor").median();
		System.out.printf("%n| %s | median (least-most) | x floor |%n|---|---|---|%n", what);
		spreads.forEach((way, spread) -> System.out.printf("| %s | %s | %.2f |%n", way, spread.toString(1),
				spread.median() / floor));
	}

}
