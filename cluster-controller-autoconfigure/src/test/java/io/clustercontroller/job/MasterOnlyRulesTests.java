package io.clustercontroller.job;

import java.nio.file.Path;
import java.util.Optional;

import io.clustercontroller.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.core.PriorityOrdered;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for what a user reads on the console where a guard could not hold.
 */
@ExtendWith(OutputCaptureExtension.class)
class MasterOnlyRulesTests {

	@TempDir
	Path directory;

	@Test
	void finalMethodIsRefused(CapturedOutput output) {
		refuses(FinalMethod.class, output, "@MasterOnly on FinalMethod.work() of the bean '", "it is final",
				"Remove 'final' from the method.");
	}

	@Test
	void finalClassIsRefused(CapturedOutput output) {
		refuses(FinalClass.class, output, "it is in a final class", "Remove 'final' from the class.");
	}

	@Test
	void privateMethodIsRefused(CapturedOutput output) {
		refuses(PrivateMethod.class, output, "it is private", "Make the method package-private or public.");
	}

	@Test
	void staticMethodIsRefused(CapturedOutput output) {
		refuses(StaticMethod.class, output, "it is static", "Make it a method of the bean.");
	}

	@Test
	void primitiveResultIsRefused(CapturedOutput output) {
		refuses(PrimitiveResult.class, output, "it returns 'int'", "Return an Optional or nothing");
	}

	@Test
	void primitiveResultInAnAnnotatedClassIsRefused(CapturedOutput output) {
		refuses(PrimitiveInClass.class, output, "PrimitiveInClass.count()", "it returns 'int'");
	}

	@Test
	void beanThatEscapedTheProxiesIsRefused(CapturedOutput output) {
		refuses(Early.class, output, "The bean 'earlyWork' of ", "it has escaped the making of proxies",
				"because a BeanPostProcessor or a static @Bean needs it");
	}

	@Test
	void misfireWithoutALedgerIsRefused(CapturedOutput output) {
		refuses(MisfireOnly.class, output, "it has a 'misfire' but no ledger", "Set 'oncePerTick' to true");
	}

	@Test
	void ledgerWithoutANameIsRefused(CapturedOutput output) {
		refuses(Nameless.class, output, "it has 'oncePerTick' but no 'name'", "Give it a name that it keeps");
	}

	@Test
	void ledgerWithAStrangeNameIsRefused(CapturedOutput output) {
		refuses(StrangeName.class, output, "it has the name 'a/b', which is none", "Use letters, digits");
	}

	@Test
	void ledgerOfAClassIsRefused(CapturedOutput output) {
		refuses(LedgerOfClass.class, output, "it has 'oncePerTick' from its class", "Annotate the method.");
	}

	@Test
	void ledgerForSlavesIsRefused(CapturedOutput output) {
		refuses(SlavesLedger.class, output, "it has 'oncePerTick' for slaves", "Leave 'role' or 'oncePerTick' out.");
	}

	@Test
	void ledgerWithoutAScheduleIsRefused(CapturedOutput output) {
		refuses(Unscheduled.class, output, "no @Scheduled that could tick", "Give it one @Scheduled(cron = \"...\")");
	}

	@Test
	void ledgerWithAFixedRateIsRefused(CapturedOutput output) {
		refuses(FixedRate.class, output, "whose ticks begin with each process, so that the instances cannot agree",
				"Give it one @Scheduled(cron = \"...\")");
	}

	@Test
	void ledgerWithTwoSchedulesIsRefused(CapturedOutput output) {
		refuses(TwoSchedules.class, output, "and several @Scheduled", "Give it one @Scheduled(cron = \"...\")");
	}

	@Test
	void twoJobsOfOneNameAreRefused(CapturedOutput output) {
		refuses(SameName.class, output, "there is another job named 'job'", "Give each job a name of its own.");
	}

	@Test
	void ledgerOfAPrototypeIsRefused(CapturedOutput output) {
		refuses(Prototype.class, output, "there may be several of the bean", "Make the bean a singleton.");
	}

	@Test
	void whatCannotBeReachedInAnAnnotatedClassIsNotMeant() {
		try (JobInstance alone = JobInstance.start(this.directory, Reachable.class)) {
			assertThat(alone.bean(Reachable.class).work()).contains(1);
		}
	}

	private void refuses(Class<?> application, CapturedOutput output, String... words) {
		assertThatException().isThrownBy(() -> JobInstance.start(this.directory, application).close());
		assertThat(output).contains("APPLICATION FAILED TO START").contains(words);
	}

	static class FinalMethod {

		@MasterOnly
		final void work() {
		}

	}

	static final class FinalClass {

		@MasterOnly
		void work() {
		}

	}

	static class PrivateMethod {

		@MasterOnly
		private void work() {
		}

		void call() {
			work();
		}

	}

	static class StaticMethod {

		@MasterOnly
		static void work() {
		}

	}

	static class PrimitiveResult {

		@MasterOnly
		int work() {
			return 1;
		}

	}

	@MasterOnly
	static class PrimitiveInClass {

		int count() {
			return 1;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Early {

		@Bean
		static EarlyWork earlyWork() {
			return new EarlyWork();
		}

		@Bean
		static FirstPostProcessor needsIt(EarlyWork work) {
			return new FirstPostProcessor();
		}

	}

	static class FirstPostProcessor implements BeanPostProcessor, PriorityOrdered {

		@Override
		public int getOrder() {
			return 0;
		}

	}

	static class EarlyWork {

		@MasterOnly
		void work() {
		}

	}

	static class MisfireOnly {

		@MasterOnly(misfire = Misfire.RUN_ONCE)
		void work() {
		}

	}

	@EnableScheduling
	static class Nameless {

		@MasterOnly(oncePerTick = true)
		@Scheduled(cron = "* * * * * *")
		void work() {
		}

	}

	@EnableScheduling
	static class StrangeName {

		@MasterOnly(name = "a/b", oncePerTick = true)
		@Scheduled(cron = "* * * * * *")
		void work() {
		}

	}

	@MasterOnly(name = "job", oncePerTick = true)
	static class LedgerOfClass {

		void work() {
		}

	}

	@EnableScheduling
	static class SlavesLedger {

		@MasterOnly(name = "job", oncePerTick = true, role = Role.SLAVE)
		@Scheduled(cron = "* * * * * *")
		void work() {
		}

	}

	static class Unscheduled {

		@MasterOnly(name = "job", oncePerTick = true)
		void work() {
		}

	}

	@EnableScheduling
	static class FixedRate {

		@MasterOnly(name = "job", oncePerTick = true)
		@Scheduled(fixedRate = 1000)
		void work() {
		}

	}

	@EnableScheduling
	static class TwoSchedules {

		@MasterOnly(name = "job", oncePerTick = true)
		@Scheduled(cron = "0 * * * * *")
		@Scheduled(cron = "30 * * * * *")
		void work() {
		}

	}

	@EnableScheduling
	static class SameName {

		@MasterOnly(name = "job", oncePerTick = true)
		@Scheduled(cron = "0 * * * * *")
		void one() {
		}

		@MasterOnly(name = "job", oncePerTick = true)
		@Scheduled(cron = "0 * * * * *")
		void other() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Prototype {

		@Bean
		@Scope("prototype")
		PrototypeWork prototypeWork() {
			return new PrototypeWork();
		}

	}

	static class PrototypeWork {

		@MasterOnly(name = "job", oncePerTick = true)
		@Scheduled(cron = "0 * * * * *")
		void work() {
		}

	}

	@MasterOnly
	static class Reachable {

		Optional<Integer> work() {
			return Optional.of(add(one()));
		}

		private int add(int number) {
			return number;
		}

		private static int one() {
			return 1;
		}

	}

}
