package io.clustercontroller.job;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.Member;
import io.clustercontroller.OperationRefusedException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.JobCompletedEvent;
import io.clustercontroller.event.JobOutcome;
import io.clustercontroller.event.JobSkippedEvent;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What jobs with a ledger do in an application, with whatever coordinates it.
 */
abstract class JobLedgerContractTests {

	private final List<JobInstance> instances = new ArrayList<>();

	protected abstract JobInstance launch(Class<?> application, String... args);

	private JobInstance start(Class<?> application, String... args) {
		JobInstance instance = launch(application, args);
		this.instances.add(instance);
		return instance;
	}

	@AfterEach
	void closeAll() {
		this.instances.forEach(JobInstance::close);
	}

	@Test
	void eachTickRunsOnceOnTheMasterAcrossAHandOver() {
		JobInstance first = start(EverySecond.class);
		JobInstance second = start(EverySecond.class);
		first.await(JobCompletedEvent.class, 3);
		first.stepDown();
		second.await(JobCompletedEvent.class, 3);
		List<Instant> ticks = new ArrayList<>();
		first.events(JobCompletedEvent.class).forEach((event) -> ticks.add(event.tick().orElseThrow()));
		second.events(JobCompletedEvent.class).forEach((event) -> ticks.add(event.tick().orElseThrow()));
		assertThat(ticks).doesNotHaveDuplicates().isSorted();
		for (int i = 1; i < ticks.size(); i++) {
			assertThat(Duration.between(ticks.get(i - 1), ticks.get(i))).isEqualTo(Duration.ofSeconds(1));
		}
		assertThat(first.bean(EverySecond.class).runs()).isEqualTo(first.events(JobCompletedEvent.class).size());
	}

	@Test
	void everyMemberSeesTheLastRun() {
		JobInstance master = start(EverySecond.class);
		JobInstance slave = start(EverySecond.class);
		Awaitility.await()
			.atMost(JobInstance.LIMIT)
			.until(() -> slave.job().lastRun().flatMap(JobStatus.LastRun::outcome).isPresent());
		JobStatus job = slave.job();
		assertThat(job.name()).isEqualTo("every-second");
		assertThat(job.schedule()).isEqualTo("* * * * * *");
		assertThat(job.zone()).isEqualTo("UTC");
		assertThat(job.nextRun()).isPresent();
		assertThat(job.lastTick()).isPresent();
		assertThat(job.pause()).isEmpty();
		JobStatus.LastRun run = job.lastRun().orElseThrow();
		assertThat(run.instanceId()).isEqualTo(master.id());
		assertThat(run.fencingToken()).isEqualTo(master.controller().fencingToken().orElseThrow());
		assertThat(run.outcome()).contains(JobOutcome.SUCCEEDED);
	}

	@Test
	void slaveThatIsLookedAtLearnsWhatIsNew() {
		JobInstance master = start(EverySecond.class);
		JobInstance slave = start(EverySecond.class);
		assertThat(slave.operations().known()).extracting(JobStatus::name).containsExactly("every-second");
		for (int i = 0; i < 2; i++) {
			Instant seen = Instant.now();
			Awaitility.await("a newer run")
				.atMost(JobInstance.LIMIT)
				.until(() -> slave.operations().known().get(0).lastRun().map(JobStatus.LastRun::startedAt).orElse(seen),
						seen::isBefore);
		}
		assertThat(master.operations().known().get(0).lastRun()).map(JobStatus.LastRun::instanceId)
			.contains(master.id());
	}

	@Test
	void failureStandsInTheLedger() {
		JobInstance master = start(Failing.class);
		JobCompletedEvent event = master.await(JobCompletedEvent.class, 1).get(0);
		assertThat(event.outcome()).isEqualTo(JobOutcome.FAILED);
		assertThat(event.error()).contains("IllegalStateException: no \"luck\" today");
		assertThat(master.job().lastRun().orElseThrow().error()).contains("IllegalStateException: no \"luck\" today");
		master.await(JobCompletedEvent.class, 2);
	}

	@Test
	void newMasterCatchesUpOnceWithTheLastTickThatWasMissed() {
		JobInstance first = start(Object.class);
		JobSchedule schedule = JobSchedule.of(Rare.CRON, ZoneId.of("UTC"));
		Instant last = schedule.last(Instant.now());
		// as if the last master had gone hours ago
		page(first).write(JobRecord.begin(schedule.toString(), last.minusSeconds(7200)), Records.ABSENT, null,
				deadline());
		JobInstance second = start(Rare.class);
		first.stepDown();
		JobCompletedEvent event = second.await(JobCompletedEvent.class, 1).get(0);
		assertThat(event.tick().orElseThrow()).isAfterOrEqualTo(last);
		first.close();
		JobInstance third = start(Rare.class);
		second.stepDown();
		third.await(BecameMasterEvent.class, 1);
		Waits.letPass(Duration.ofSeconds(1));
		assertThat(second.bean(Rare.class).runs()).isEqualTo(1);
		assertThat(third.bean(Rare.class).runs()).isZero();
	}

	private static LedgerPage page(JobInstance instance) {
		Member self = instance.controller().self();
		Records records = instance.bean(Coordinator.class).records(self.environment(), self.service());
		return new LedgerPage("rare", records, TimeSource.SYSTEM);
	}

	@Test
	void jobThatIsNewCatchesNothingUp() {
		JobInstance alone = start(Rare.class);
		Awaitility.await()
			.atMost(JobInstance.LIMIT)
			.until(() -> alone.bean(Jobs.class).find("rare").page().knownJob() != null);
		Waits.letPass(Duration.ofSeconds(1));
		assertThat(alone.bean(Rare.class).runs()).isZero();
	}

	@Test
	void masterRunsAtOnceWhatASlaveAsksFor() {
		JobInstance master = start(Rare.class);
		JobInstance slave = start(Rare.class);
		slave.operations().runNow("rare");
		JobCompletedEvent event = master.await(JobCompletedEvent.class, 1).get(0);
		assertThat(event.tick()).isEmpty();
		assertThat(slave.job().requested()).isFalse();
		assertThat(slave.job().lastRun().orElseThrow().instanceId()).isEqualTo(master.id());
		master.operations().runNow("rare");
		master.await(JobCompletedEvent.class, 2);
		Waits.letPass(Duration.ofMillis(500));
		assertThat(master.bean(Rare.class).runs()).isEqualTo(2);
		assertThat(slave.bean(Rare.class).runs()).isZero();
	}

	@Test
	void pausedJobDoesNotRunAnywhereUntilItIsResumed() {
		JobInstance master = start(EverySecond.class);
		JobInstance slave = start(EverySecond.class);
		master.await(JobCompletedEvent.class, 1);
		slave.operations().pause("every-second", "because of \"maintenance\"");
		master.await(JobSkippedEvent.class, 2);
		assertThat(master.events(JobSkippedEvent.class)).extracting(JobSkippedEvent::reason)
			.containsOnly(JobSkippedEvent.Reason.PAUSED);
		int runs = master.bean(EverySecond.class).runs();
		JobStatus job = master.job();
		assertThat(job.nextRun()).isEmpty();
		assertThat(job.pause().map(JobStatus.Pause::reason)).contains("because of \"maintenance\"");
		assertThat(job.pause().map(JobStatus.Pause::by)).contains(slave.id());
		assertRefused(() -> slave.operations().runNow("every-second"), "is paused since");
		assertRefused(() -> master.operations().pause("every-second", "again"), "because of \"maintenance\"");
		master.stepDown();
		slave.await(JobSkippedEvent.class, 1);
		assertThat(master.bean(EverySecond.class).runs()).isEqualTo(runs);
		assertThat(slave.bean(EverySecond.class).runs()).isZero();
		master.operations().resume("every-second");
		slave.await(JobCompletedEvent.class, 1);
		assertRefused(() -> master.operations().resume("every-second"), "is not paused");
	}

	private static void assertRefused(Runnable operation, String reason) {
		assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(operation::run)
			.withMessageContaining(reason);
	}

	@Test
	void unknownJobAndBadReasonAreRefusedWithWhatThereIs() {
		JobInstance alone = start(Rare.class);
		assertThatIllegalArgumentException().isThrownBy(() -> alone.operations().runNow("seldom"))
			.withMessage("There is no job 'seldom'. There are: rare");
		assertThatIllegalArgumentException().isThrownBy(() -> alone.operations().pause("rare", " "));
		assertThatIllegalArgumentException().isThrownBy(() -> alone.operations().pause("rare", "x".repeat(201)));
	}

	@Test
	void directCallRunsOnlyWhatIsDue() {
		JobInstance master = start(Rare.class);
		Awaitility.await()
			.atMost(JobInstance.LIMIT)
			.until(() -> master.bean(Jobs.class).find("rare").page().knownJob() != null);
		assertThat(master.bean(Rare.class).run()).isEmpty();
		assertThat(master.bean(Rare.class).runs()).isZero();
	}

	@Test
	void jobRunsOnceAtATimeAndWhatWasAskedForMeanwhileRunsAfterwards() {
		JobInstance master = start(Slow.class);
		JobInstance slave = start(Slow.class);
		Slow job = master.bean(Slow.class);
		slave.operations().runNow("slow");
		job.awaitBegun(1);
		slave.operations().runNow("slow");
		Waits.letPass(Duration.ofMillis(500));
		assertThat(job.begun()).isEqualTo(1);
		job.release();
		job.awaitBegun(2);
		master.await(JobCompletedEvent.class, 2);
	}

	@Test
	void interruptedRunIsRecordedAsOne() {
		JobInstance master = start(Slow.class);
		JobInstance slave = start(Slow.class);
		slave.operations().runNow("slow");
		master.bean(Slow.class).awaitBegun(1);
		master.stepDown();
		assertThat(master.await(JobCompletedEvent.class, 1).get(0).outcome()).isEqualTo(JobOutcome.INTERRUPTED);
		assertThat(slave.job().lastRun().orElseThrow().outcome()).contains(JobOutcome.INTERRUPTED);
	}

	@Test
	void tickThatCameDueDuringALongRunIsRunAfterIt() {
		JobInstance master = start(LongOnce.class);
		List<JobCompletedEvent> events = master.await(JobCompletedEvent.class, 3);
		JobCompletedEvent first = events.get(0);
		assertThat(first.duration()).isGreaterThan(LongOnce.TIME.minusMillis(1));
		// the last one of those that were missed, and then one after the other
		Instant second = events.get(1).tick().orElseThrow();
		assertThat(second).isBeforeOrEqualTo(first.at()).isAfter(first.at().minusMillis(1100));
		assertThat(events.get(2).tick().orElseThrow()).isAfter(second);
	}

	@ParameterizedTest
	@ValueSource(strings = { "--spring.threads.virtual.enabled=true", "--spring.task.scheduling.pool.size=3" })
	void schedulerMayBeOfAnyKind(String setting) {
		JobInstance master = start(EverySecond.class, setting);
		JobInstance slave = start(EverySecond.class, setting);
		master.await(JobCompletedEvent.class, 2);
		slave.operations().runNow("every-second");
		master.await(JobCompletedEvent.class, 3);
		assertThat(master.events(JobCompletedEvent.class)).extracting(JobCompletedEvent::outcome)
			.containsOnly(JobOutcome.SUCCEEDED);
		assertThat(slave.bean(EverySecond.class).runs()).isZero();
	}

	@Test
	void runThatWasAskedForIsOnTheSchedulerOfTheApplication() {
		JobInstance master = start(OwnScheduler.class);
		master.operations().runNow("on-own-scheduler");
		master.await(JobCompletedEvent.class, 1);
		assertThat(master.bean(OnOwnScheduler.class).thread()).startsWith("mine-");
	}

	@Test
	void asynchronousJobRunsOncePerTick() {
		JobInstance master = start(Asynchronous.class);
		JobInstance slave = start(Asynchronous.class);
		List<JobCompletedEvent> events = master.await(JobCompletedEvent.class, 3);
		assertThat(events).extracting(JobCompletedEvent::tick).doesNotHaveDuplicates();
		assertThat(slave.events(JobCompletedEvent.class)).isEmpty();
	}

	@Test
	void disabledScheduleRunsOnlyWhenAsked() {
		JobInstance master = start(Rare.class, "--rare.cron=-");
		assertThat(master.job().schedule()).isEqualTo("-");
		assertThat(master.job().nextRun()).isEmpty();
		master.operations().runNow("rare");
		master.await(JobCompletedEvent.class, 1);
	}

	@Test
	void scheduleMayBeAnExpressionAsTheSchedulerAllows() {
		JobInstance master = start(Rare.class, "--rare.cron=#{'0 0 0 ' + (20 + 9) + ' 2 *'}");
		assertThat(master.job().schedule()).isEqualTo("0 0 0 29 2 *");
	}

	@Test
	void registeredJobRunsOnAThreadOfItsOwn() {
		JobInstance master = start(Object.class);
		JobInstance slave = start(Object.class);
		List<String> threads = new CopyOnWriteArrayList<>();
		for (JobInstance instance : List.of(master, slave)) {
			instance.bean(JobRegistry.class)
				.register(new JobDefinition("backup", "* * * * * *", ZoneOffset.UTC, Misfire.RUN_ONCE), () -> {
					MasterAssert.assertMaster();
					threads.add(Thread.currentThread().getName());
				});
		}
		master.await(JobCompletedEvent.class, 2);
		assertThat(threads).allMatch((name) -> name.startsWith("cluster-jobs-"));
		assertThat(slave.events(JobCompletedEvent.class)).isEmpty();
		master.stepDown();
		slave.await(JobCompletedEvent.class, 2);
		assertThat(slave.events(JobCompletedEvent.class)).extracting(JobCompletedEvent::outcome)
			.containsOnly(JobOutcome.SUCCEEDED);
	}

	private static long deadline() {
		return System.nanoTime() + JobInstance.LIMIT.toNanos();
	}

	@EnableScheduling
	static class EverySecond {

		private volatile int runs;

		int runs() {
			return this.runs;
		}

		@MasterOnly(name = "every-second", oncePerTick = true, misfire = Misfire.RUN_ONCE)
		@Scheduled(cron = "* * * * * *", zone = "UTC")
		void run() {
			MasterAssert.assertMaster();
			this.runs++;
		}

	}

	@EnableScheduling
	static class Failing {

		@MasterOnly(name = "failing", oncePerTick = true)
		@Scheduled(cron = "* * * * * *")
		void run() {
			throw new IllegalStateException("no \"luck\" today");
		}

	}

	@EnableScheduling
	static class LongOnce {

		static final Duration TIME = Duration.ofMillis(2500);

		private volatile boolean over;

		@MasterOnly(name = "long-once", oncePerTick = true, misfire = Misfire.RUN_ONCE)
		@Scheduled(cron = "* * * * * *")
		void run() {
			if (!this.over) {
				this.over = true;
				Waits.letPass(TIME);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	@Import(OnOwnScheduler.class)
	static class OwnScheduler {

		@Bean
		ThreadPoolTaskScheduler mine() {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setThreadNamePrefix("mine-");
			return scheduler;
		}

	}

	static class OnOwnScheduler {

		private volatile String thread = "";

		String thread() {
			return this.thread;
		}

		@MasterOnly(name = "on-own-scheduler", oncePerTick = true)
		@Scheduled(cron = "-")
		void run() {
			this.thread = Thread.currentThread().getName();
		}

	}

	@EnableScheduling
	@EnableAsync
	static class Asynchronous {

		@Async
		@MasterOnly(name = "asynchronous", oncePerTick = true)
		@Scheduled(cron = "* * * * * *")
		void run() {
			MasterAssert.assertMaster();
		}

	}

	/** Due once in an hour: hardly ever while a test runs. */
	@EnableScheduling
	static class Rare {

		static final String CRON = "17 42 * * * *";

		private volatile int runs;

		int runs() {
			return this.runs;
		}

		@MasterOnly(name = "rare", oncePerTick = true, misfire = Misfire.RUN_ONCE)
		@Scheduled(cron = "${rare.cron:" + CRON + "}", zone = "UTC")
		Optional<String> run() {
			this.runs++;
			return Optional.of("done");
		}

	}

	@EnableScheduling
	static class Slow {

		private final CountDownLatch released = new CountDownLatch(1);

		private volatile int begun;

		int begun() {
			return this.begun;
		}

		void awaitBegun(int runs) {
			Awaitility.await().atMost(JobInstance.LIMIT).until(() -> this.begun >= runs);
		}

		void release() {
			this.released.countDown();
		}

		@MasterOnly(name = "slow", oncePerTick = true)
		@Scheduled(cron = "-")
		void run() throws InterruptedException {
			this.begun++;
			this.released.await(1, TimeUnit.MINUTES);
		}

	}

}
