package io.clustercontroller.cost;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.clustercontroller.cost.Instances.Instance;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.TcpProxy;
import io.clustercontroller.testing.Waits;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a change of the master costs etcd, in services of different sizes.
 */
class FailoverCostTests {

	private static final List<Integer> SIZES = List.of(2, 10, 50);

	private static final Duration TTL = Duration.ofSeconds(5);

	/**
	 * What a member may still have under way when all agree: the turn of the next
	 * candidate, or the pause after an attempt.
	 */
	private static final Duration REST = Duration.ofMillis(300);

	/**
	 * The next candidate tries 50 ms after the one before; on a machine under load a few
	 * may be there before they hear of the success. With 50 members this is far from all.
	 */
	private static final long MOST_VAIN_ATTEMPTS = 6;

	/**
	 * Five at an orderly end: the state of the old master, the offer and its acceptance,
	 * the hand-over, the end of the lease. Two after the loss of a session: the end of
	 * the lease, and the next master. The rest is for a successor that is asked too late.
	 */
	private static final long MOST_WRITES = 10;

	private static final Logger logger = (Logger) LoggerFactory.getLogger("io.clustercontroller");

	private static @Nullable Level level;

	/** 50 instances have a lot to say, and all the same. */
	@BeforeAll
	static void beQuiet() {
		level = logger.getLevel();
		logger.setLevel(Level.OFF);
	}

	@AfterAll
	static void beAsBefore() {
		logger.setLevel(level);
	}

	@Test
	void costsOfAFailoverDoNotGrowWithTheService() {
		Map<Integer, Costs> table = new LinkedHashMap<>();
		try (EtcdProcess etcd = EtcdProcess.launch()) {
			SIZES.forEach((size) -> table.put(size, failOver(etcd, size)));
		}
		report(table);
		assertThat(table).allSatisfy((size, costs) -> assertThat(List.of(costs.closed(), costs.lost()))
			.as("costs in a service of %d members", size)
			.allSatisfy((cost) -> {
				assertThat(cost.revisions()).as("writes").isBetween(1L, MOST_WRITES);
				assertThat(cost.vain()).as("attempts in vain").isBetween(0L, MOST_VAIN_ATTEMPTS);
			}));
	}

	private static Costs failOver(EtcdProcess etcd, int size) {
		try (TcpProxy proxy = TcpProxy.to(etcd.endpoint()); Instances service = new Instances(etcd, TTL)) {
			Instance first = service.start();
			Instance second = service.start(proxy.endpoint());
			for (int i = 2; i < size; i++) {
				service.start();
			}
			assertThat(service.awaitAgreement()).isSameAs(first);
			Look beforeClose = Look.at(etcd);
			service.close(first);
			Instance next = service.awaitAgreement();
			Cost closed = Look.at(etcd).since(beforeClose);
			service.start();
			service.awaitAgreement();
			if (next != second) {
				next.operations().handOver(second.id());
				service.awaitAgreement();
			}
			Look beforeLoss = Look.at(etcd);
			proxy.cut();
			assertThat(service.awaitAgreementWithout(second)).isNotSameAs(second);
			Cost lost = Look.at(etcd).since(beforeLoss);
			proxy.pass();
			return new Costs(closed, lost);
		}
	}

	private static void report(Map<Integer, Costs> table) {
		System.out.println("Failover: what etcd has to agree on (raft proposals), what of it changed something");
		System.out.println("(revisions), and the attempts at the master's key that came too late");
		System.out.printf("  %7s  %-18s %9s %9s %7s %14s%n", "members", "the master", "proposals", "revisions",
				"in vain", "all requests");
		table.forEach((size, costs) -> {
			print(size, "is closed", costs.closed());
			print(size, "loses its session", costs.lost());
		});
	}

	private static void print(int size, String what, Cost cost) {
		System.out.printf("  %7d  %-18s %9d %9d %7d   %s%n", size, what, cost.counters().proposals(), cost.revisions(),
				cost.vain(), cost.counters().calls());
	}

	/**
	 * A look at etcd when all is quiet.
	 *
	 * @param revision its revision
	 * @param counters its counters
	 */
	private record Look(long revision, EtcdCounters counters) {

		static Look at(EtcdProcess etcd) {
			Waits.letPass(REST);
			return new Look(etcd.revision(), EtcdCounters.of(etcd));
		}

		Cost since(Look earlier) {
			return new Cost(this.revision - earlier.revision, this.counters.since(earlier.counters));
		}

	}

	/**
	 * The cost of one failover.
	 *
	 * @param revisions the writes
	 * @param counters what etcd has counted
	 */
	private record Cost(long revisions, EtcdCounters counters) {

		/** What could have written and did not: somebody else was faster. */
		long vain() {
			return this.counters.proposals() - this.revisions;
		}

	}

	/**
	 * The costs of both kinds of failover.
	 *
	 * @param closed the master was closed in an orderly way
	 * @param lost the master could not reach etcd any more
	 */
	private record Costs(Cost closed, Cost lost) {
	}

}
