package io.clustercontroller.cost;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.clustercontroller.event.JobCompletedEvent;
import io.clustercontroller.job.JobAutoConfiguration;
import io.clustercontroller.job.MasterOnly;
import io.clustercontroller.job.Misfire;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What jobs with a ledger ask of etcd.
 */
class JobCostTests {

	private static final int MEMBERS = 3;

	private static final int TICKS = 5;

	/** So long that neither renewals nor planned reads get in between much. */
	private static final Duration TTL = Duration.ofSeconds(60);

	private static final Duration LIMIT = Duration.ofSeconds(60);

	@Test
	void tickCostsOneTransactionBeforeTheRunAndOneAfterIt() {
		try (EtcdProcess etcd = EtcdProcess.launch();
				Instances service = new Instances(etcd, TTL, EveryThreeSeconds.class)) {
			EveryThreeSeconds job = start(service).bean(EveryThreeSeconds.class);
			int first = awaitCompletion(job, job.completed() + 2);
			EtcdCounters before = EtcdCounters.of(etcd);
			int last = awaitCompletion(job, first + TICKS);
			EtcdCounters cost = EtcdCounters.of(etcd).since(before);
			assertThat(last - first).isEqualTo(TICKS);
			System.out.printf("Job ledger: %d members, %d ticks: %s, writes (raft proposals): %d%n", MEMBERS, TICKS,
					cost.calls(), cost.proposals());
			assertThat(cost.proposals()).as("one write before each run and one after it").isEqualTo(2 * TICKS);
			assertThat(cost.calls("Txn")).as("and no read").isEqualTo(2 * TICKS);
			assertThat(cost.calls("Range")).as("one per renewal").isLessThanOrEqualTo(renewals(cost));
		}
	}

	@Test
	void jobThatIsNotDueCostsNothing() {
		try (EtcdProcess etcd = EtcdProcess.launch(); Instances service = new Instances(etcd, TTL, Never.class)) {
			start(service);
			// a new job is written into the ledger once
			Awaitility.await()
				.atMost(LIMIT)
				.until(() -> etcd.keys("/").stream().anyMatch((key) -> key.endsWith("/jobs/never")));
			EtcdCounters before = EtcdCounters.of(etcd);
			Waits.letPass(Duration.ofSeconds(5));
			EtcdCounters cost = EtcdCounters.of(etcd).since(before);
			assertThat(cost.proposals()).isZero();
			assertThat(cost.calls("Txn")).isZero();
			assertThat(cost.calls("Range")).as("one per renewal").isLessThanOrEqualTo(renewals(cost));
		}
	}

	private static Instances.Instance start(Instances service) {
		for (int i = 0; i < MEMBERS; i++) {
			service.start();
		}
		return service.awaitAgreement();
	}

	/** A renewal under way at the first look may have its read after it. */
	private static long renewals(EtcdCounters cost) {
		return cost.calls("LeaseKeepAlive") + MEMBERS;
	}

	private static int awaitCompletion(EveryThreeSeconds job, int count) {
		Awaitility.await().pollInterval(Duration.ofMillis(20)).atMost(LIMIT).until(() -> job.completed() >= count);
		return job.completed();
	}

	@EnableScheduling
	@ImportAutoConfiguration(JobAutoConfiguration.class)
	static class EveryThreeSeconds {

		private final AtomicInteger completed = new AtomicInteger();

		int completed() {
			return this.completed.get();
		}

		@MasterOnly(name = "every-three-seconds", oncePerTick = true, misfire = Misfire.RUN_ONCE)
		@Scheduled(cron = "*/3 * * * * *")
		void run() {
		}

		@EventListener
		void count(JobCompletedEvent event) {
			this.completed.incrementAndGet();
		}

	}

	@EnableScheduling
	@ImportAutoConfiguration(JobAutoConfiguration.class)
	static class Never {

		@MasterOnly(name = "never", oncePerTick = true, misfire = Misfire.RUN_ONCE)
		@Scheduled(cron = "0 0 0 29 2 *")
		void run() {
		}

	}

}
