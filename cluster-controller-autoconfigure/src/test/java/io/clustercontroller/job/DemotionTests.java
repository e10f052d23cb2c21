package io.clustercontroller.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.clustercontroller.Role;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for work that is under way when its role ends.
 */
class DemotionTests {

	@TempDir
	Path directory;

	private final ExecutorService thread = Executors.newSingleThreadExecutor();

	@AfterEach
	void endThread() {
		this.thread.shutdownNow();
	}

	@Test
	void workIsInterruptedAndItsThreadIsLeftAsItWas() throws Exception {
		try (JobInstance master = start(); JobInstance slave = start()) {
			Work work = master.bean(Work.class);
			Future<?> call = this.thread.submit(work::untilInterrupted);
			work.awaitBegun();
			master.stepDown();
			get(call);
			assertThat(work.interrupted()).hasValue(1);
			assertThat(get(this.thread.submit(Thread::interrupted))).isFalse();
			slave.await(BecameMasterEvent.class, 1);
		}
	}

	@Test
	void interruptThatNobodyTookIsGoneWhenTheWorkIsOver() throws Exception {
		try (JobInstance master = start(); JobInstance slave = start()) {
			slave.awaitMembers(2);
			Work work = master.bean(Work.class);
			Future<?> call = this.thread.submit(work::deaf);
			work.awaitBegun();
			Future<?> stepDown = CompletableFuture.runAsync(master::stepDown);
			master.await(BecameSlaveEvent.class, 1);
			work.awaitFlag();
			work.release();
			get(call);
			get(stepDown);
			assertThat(get(this.thread.submit(Thread::interrupted))).isFalse();
		}
	}

	@Test
	void nextMasterWaitsForWorkThatMayFinish() throws Exception {
		try (JobInstance master = start(); JobInstance slave = start()) {
			slave.awaitMembers(2);
			Work work = master.bean(Work.class);
			Future<?> call = this.thread.submit(work::finish);
			work.awaitBegun();
			Future<?> stepDown = CompletableFuture.runAsync(master::stepDown);
			master.await(BecameSlaveEvent.class, 1);
			Waits.letPass(Duration.ofMillis(1500));
			assertThat(slave.controller().isMaster()).isFalse();
			assertThat(work.interrupted()).hasValue(0);
			work.release();
			get(call);
			get(stepDown);
			slave.await(BecameMasterEvent.class, 1);
		}
	}

	@Test
	void newCallsAreRefusedWhileOldOnesEnd() throws Exception {
		try (JobInstance master = start(); JobInstance slave = start()) {
			slave.awaitMembers(2);
			Work work = master.bean(Work.class);
			Future<?> call = this.thread.submit(work::finish);
			work.awaitBegun();
			Future<?> stepDown = CompletableFuture.runAsync(master::stepDown);
			master.await(BecameSlaveEvent.class, 1);
			work.count();
			assertThat(work.counted()).hasValue(0);
			work.release();
			get(call);
			get(stepDown);
		}
	}

	@Test
	void stopWaitsForWorkInsideItsShareAndThenInterruptsIt() throws Exception {
		JobInstance master = start("--cluster-controller.stop-timeout=2s");
		Work work = master.bean(Work.class);
		Future<?> call = this.thread.submit(work::finish);
		work.awaitBegun();
		long begun = System.nanoTime();
		master.close();
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofMillis(1400),
				Duration.ofSeconds(20));
		get(call);
		assertThat(work.interrupted()).hasValue(1);
	}

	/** Which would wait for 30 s, before the cluster even hears of the stop. */
	@Test
	void schedulerOfTheApplicationIsNotKeptByAJob() {
		JobInstance master = start(BlockedSchedule.class);
		BlockedSchedule job = master.bean(BlockedSchedule.class);
		job.awaitBegun();
		long begun = System.nanoTime();
		master.close();
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
		assertThat(job.wasInterrupted()).isTrue();
	}

	@Test
	void workOfASlaveEndsWhenItBecomesMasterAndWhenItStops() throws Exception {
		try (JobInstance first = start(); JobInstance second = start()) {
			first.awaitMembers(2);
			Work work = second.bean(Work.class);
			Future<?> call = this.thread.submit(work::onReplica);
			work.awaitBegun();
			first.stepDown();
			get(call);
			assertThat(work.interrupted()).hasValue(1);
			Work other = first.bean(Work.class);
			Future<?> last = this.thread.submit(other::onReplica);
			other.awaitBegun();
			first.close();
			get(last);
			assertThat(other.interrupted()).hasValue(1);
		}
	}

	@Test
	void lostSessionInterruptsAtOnceAndBlockedWorkDelaysNoRenewal() throws Exception {
		try (EtcdProcess etcd = EtcdProcess.launch();
				JobInstance master = JobInstance.start(etcd, etcd.newEnvironment(), Work.class)) {
			Work work = master.bean(Work.class);
			Future<?> call = this.thread.submit(work::untilInterrupted);
			work.awaitBegun();
			Waits.letPass(Duration.ofSeconds(12));
			assertThat(master.controller().isMaster()).isTrue();
			assertThat(master.events(BecameSlaveEvent.class)).isEmpty();
			etcd.freeze();
			get(call);
			assertThat(work.interrupted()).hasValue(1);
			assertThat(master.await(BecameSlaveEvent.class, 1).get(0).cause()).isEqualTo(RoleChangeCause.SESSION_LOST);
			etcd.thaw();
		}
	}

	private static <T> T get(Future<T> future) throws Exception {
		return future.get(JobInstance.LIMIT.toSeconds(), TimeUnit.SECONDS);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(JobInstance.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private JobInstance start(String... args) {
		return start(Work.class, args);
	}

	private JobInstance start(Class<?> application, String... args) {
		return JobInstance.start(this.directory, application, args);
	}

	static class Work {

		private final CountDownLatch begun = new CountDownLatch(1);

		private final CountDownLatch flagged = new CountDownLatch(1);

		private final CountDownLatch released = new CountDownLatch(1);

		private final AtomicInteger interrupted = new AtomicInteger();

		private final AtomicInteger counted = new AtomicInteger();

		void awaitBegun() {
			await(this.begun);
		}

		void awaitFlag() {
			await(this.flagged);
		}

		void release() {
			this.released.countDown();
		}

		AtomicInteger interrupted() {
			return this.interrupted;
		}

		AtomicInteger counted() {
			return this.counted;
		}

		@MasterOnly
		void untilInterrupted() {
			block();
		}

		@MasterOnly(onDemotion = MasterOnly.OnDemotion.FINISH)
		void finish() {
			block();
		}

		@MasterOnly(role = Role.SLAVE)
		void onReplica() {
			block();
		}

		@MasterOnly
		void count() {
			this.counted.incrementAndGet();
		}

		/** Does not care for interrupts, but sees them. */
		@MasterOnly
		void deaf() {
			this.begun.countDown();
			while (this.released.getCount() > 0) {
				if (Thread.currentThread().isInterrupted()) {
					this.flagged.countDown();
				}
				Thread.onSpinWait();
			}
		}

		private void block() {
			this.begun.countDown();
			try {
				this.released.await(1, TimeUnit.MINUTES);
			}
			catch (InterruptedException ex) {
				this.interrupted.incrementAndGet();
			}
		}

	}

	@EnableScheduling
	static class BlockedSchedule {

		private final CountDownLatch begun = new CountDownLatch(1);

		private volatile boolean interrupted;

		void awaitBegun() {
			await(this.begun);
		}

		boolean wasInterrupted() {
			return this.interrupted;
		}

		@MasterOnly
		@Scheduled(fixedDelay = 1000)
		void block() {
			this.begun.countDown();
			try {
				new CountDownLatch(1).await(1, TimeUnit.MINUTES);
			}
			catch (InterruptedException ex) {
				this.interrupted = true;
			}
		}

	}

}
