package io.clustercontroller.job;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.clustercontroller.Role;
import io.clustercontroller.event.BecameMasterEvent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the guard in applications with a master and a slave.
 */
class MasterOnlyTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(
			strings = { "--spring.aop.auto=true", "--spring.aop.auto=false", "--spring.main.lazy-initialization=true" })
	void callsAreLetThroughOnTheMasterOnly(String setting) {
		try (JobInstance master = start(Work.class, setting); JobInstance slave = start(Work.class, setting)) {
			call(master.bean(Work.class));
			call(slave.bean(Work.class));
			assertThat(master.bean(Work.class).calls()).hasValue(1);
			assertThat(slave.bean(Work.class).calls()).hasValue(0);
			master.stepDown();
			slave.await(BecameMasterEvent.class, 1);
			call(master.bean(Work.class));
			call(slave.bean(Work.class));
			assertThat(master.bean(Work.class).calls()).hasValue(1);
			assertThat(slave.bean(Work.class).calls()).hasValue(1);
		}
	}

	private static void call(Work work) {
		work.work();
	}

	@Test
	void skippedCallsReturnWhatIsEmpty() throws Exception {
		try (JobInstance master = start(Work.class); JobInstance slave = start(Work.class)) {
			assertThat(master.bean(Work.class).text()).isEqualTo("done");
			Work work = slave.bean(Work.class);
			assertThat(work.text()).isNull();
			assertThat(work.optional()).isEmpty();
			assertThat(work.number()).isEmpty();
			assertThat(work.future().get(1, TimeUnit.SECONDS)).isNull();
		}
	}

	@Test
	void refusedCallThrowsWhereThatIsWanted() {
		try (JobInstance master = start(Work.class); JobInstance slave = start(Work.class)) {
			assertThat(master.bean(Work.class).strict()).isEqualTo(1);
			assertThatExceptionOfType(NotMasterException.class).isThrownBy(() -> slave.bean(Work.class).strict())
				.withMessage("This instance is not master, as Work.strict() wants.");
		}
	}

	@Test
	void workOfSlavesIsDoneBySlaves() {
		try (JobInstance master = start(Work.class); JobInstance slave = start(Work.class)) {
			master.bean(Work.class).onReplica();
			slave.bean(Work.class).onReplica();
			assertThat(master.bean(Work.class).calls()).hasValue(0);
			assertThat(slave.bean(Work.class).calls()).hasValue(1);
		}
	}

	@Test
	void annotationOfAClassGuardsItsMethodsAndLeavesItAnObject() {
		try (JobInstance master = start(WholeClass.class); JobInstance slave = start(WholeClass.class)) {
			assertThat(master.bean(WholeClass.class).answer()).contains(42);
			assertThat(slave.bean(WholeClass.class).answer()).isEmpty();
			assertThat(slave.bean(WholeClass.class)).hasToString("the whole class")
				.isEqualTo(slave.bean(WholeClass.class));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "true", "false" })
	void proxiesAreOfTheKindThatTheApplicationWants(String proxyTargetClass) {
		String setting = "--spring.aop.proxy-target-class=" + proxyTargetClass;
		try (JobInstance master = start(AnsweringWork.class, setting);
				JobInstance slave = start(AnsweringWork.class, setting)) {
			Answering bean = slave.bean(Answering.class);
			assertThat(AopUtils.isCglibProxy(bean)).isEqualTo(Boolean.parseBoolean(proxyTargetClass));
			assertThat(bean.answer()).isEmpty();
			assertThat(master.bean(Answering.class).answer()).contains(42);
		}
	}

	/** Virtual threads where the JVM has them. */
	@ParameterizedTest
	@ValueSource(strings = { "--spring.aop.auto=false", "--spring.threads.virtual.enabled=true" })
	void scheduledWorkIsDoneOnTheMasterOnly(String setting) {
		try (JobInstance master = start(Ticking.class, setting); JobInstance slave = start(Ticking.class, setting)) {
			Awaitility.await().atMost(JobInstance.LIMIT).until(() -> master.bean(Ticking.class).calls().get() >= 5);
			assertThat(slave.bean(Ticking.class).calls()).hasValue(0);
			master.stepDown();
			slave.await(BecameMasterEvent.class, 1);
			int calls = master.bean(Ticking.class).calls().get();
			Awaitility.await().atMost(JobInstance.LIMIT).until(() -> slave.bean(Ticking.class).calls().get() >= 5);
			assertThat(master.bean(Ticking.class).calls()).hasValue(calls);
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { AsyncLast.class, AsyncFirst.class })
	void guardOfAsynchronousWorkIsOnItsThread(Class<?> application) throws Exception {
		String[] oneThread = { "--spring.task.execution.pool.core-size=1", "--spring.task.execution.pool.max-size=1" };
		try (JobInstance master = start(application, oneThread); JobInstance slave = start(application, oneThread)) {
			Thread caller = Thread.currentThread();
			assertThat(get(master.bean(AsyncWork.class).work())).isNotEqualTo(caller);
			assertThat(get(slave.bean(AsyncWork.class).work())).isNull();
			// the call was made as master, the work begins as slave
			master.bean(AsyncWork.class).occupy();
			CompletableFuture<Thread> later = master.bean(AsyncWork.class).work();
			master.stepDown();
			master.bean(AsyncWork.class).release();
			assertThat(get(later)).isNull();
		}
	}

	private static Thread get(CompletableFuture<Thread> future)
			throws InterruptedException, ExecutionException, TimeoutException {
		return future.get(JobInstance.LIMIT.toSeconds(), TimeUnit.SECONDS);
	}

	@Test
	void codeCanCheckThatTheGuardIsThere() {
		try (JobInstance master = start(Work.class); JobInstance slave = start(Work.class)) {
			master.bean(Work.class).careful();
			assertThat(master.bean(Work.class).calls()).hasValue(1);
			assertThatIllegalStateException().isThrownBy(MasterAssert::assertMaster)
				.withMessageContaining("There is no guard around this call");
			assertThatIllegalStateException().isThrownBy(() -> master.bean(Work.class).careless())
				.withMessageContaining("a call by 'this' passes no guard");
			assertThatExceptionOfType(NotMasterException.class)
				.isThrownBy(() -> slave.bean(Work.class).carefulOnReplica());
		}
	}

	@Test
	void nothingIsGuardedOrScheduledWhereNobodyAsksForIt() {
		try (JobInstance alone = start(Object.class)) {
			assertThat(alone.operations().jobs()).isEmpty();
		}
	}

	private JobInstance start(Class<?> application, String... args) {
		return JobInstance.start(this.directory, application, args);
	}

	static class Work {

		private final AtomicInteger calls = new AtomicInteger();

		AtomicInteger calls() {
			return this.calls;
		}

		@MasterOnly
		void work() {
			this.calls.incrementAndGet();
		}

		@MasterOnly
		String text() {
			return "done";
		}

		@MasterOnly
		Optional<String> optional() {
			return Optional.of("done");
		}

		@MasterOnly
		OptionalInt number() {
			return OptionalInt.of(1);
		}

		@MasterOnly
		CompletableFuture<String> future() {
			return CompletableFuture.completedFuture("done");
		}

		@MasterOnly(otherwise = MasterOnly.Otherwise.THROW)
		int strict() {
			return this.calls.incrementAndGet();
		}

		@MasterOnly(role = Role.SLAVE)
		void onReplica() {
			this.calls.incrementAndGet();
		}

		@MasterOnly(role = Role.SLAVE)
		void carefulOnReplica() {
			MasterAssert.assertMaster();
		}

		@MasterOnly
		void careful() {
			MasterAssert.assertMaster();
			this.calls.incrementAndGet();
		}

		void careless() {
			careful();
		}

	}

	@MasterOnly
	static class WholeClass {

		Optional<Integer> answer() {
			return Optional.of(helper());
		}

		private int helper() {
			return 42;
		}

		@Override
		public String toString() {
			return "the whole class";
		}

	}

	interface Answering {

		Optional<Integer> answer();

	}

	static class AnsweringWork implements Answering {

		@Override
		@MasterOnly
		public Optional<Integer> answer() {
			return Optional.of(42);
		}

	}

	@EnableScheduling
	static class Ticking {

		private final AtomicInteger calls = new AtomicInteger();

		AtomicInteger calls() {
			return this.calls;
		}

		@MasterOnly
		@Scheduled(fixedRate = 20)
		void tick() {
			this.calls.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	@Import(AsyncWork.class)
	static class AsyncLast {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(order = 0, proxyTargetClass = true)
	@Import(AsyncWork.class)
	static class AsyncFirst {

	}

	static class AsyncWork {

		private final CountDownLatch released = new CountDownLatch(1);

		/** Takes the one thread there is. */
		@Async
		void occupy() throws InterruptedException {
			this.released.await(1, TimeUnit.MINUTES);
		}

		void release() {
			this.released.countDown();
		}

		@Async
		@MasterOnly
		CompletableFuture<Thread> work() {
			return CompletableFuture.completedFuture(Thread.currentThread());
		}

	}

}
