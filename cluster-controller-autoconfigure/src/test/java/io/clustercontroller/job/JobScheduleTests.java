package io.clustercontroller.job;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.scheduling.support.CronTrigger;
import org.springframework.scheduling.support.SimpleTriggerContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the ticks of a schedule.
 */
class JobScheduleTests {

	private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

	@ParameterizedTest
	@ValueSource(strings = { "* * * * * *", "*/10 * * * * *", "0 * * * * *", "0 */7 * * * *", "30 15 3 * * *",
			"0 0 0 * * MON-FRI", "0 0 12 1 * *", "*/5 0 9 * * TUE", "0 30 2 * * *", "0 0 0 L * *", "0 0 6 29 2 *" })
	void lastTickIsTheOneWithNoOtherUpToNow(String cron) {
		JobSchedule schedule = JobSchedule.of(cron, BERLIN);
		Random random = new Random(4);
		Instant start = Instant.parse("2024-01-01T00:00:00Z");
		for (int i = 0; i < 200; i++) {
			Instant until = start.plusMillis((long) (random.nextDouble() * Duration.ofDays(2000).toMillis()));
			Instant last = schedule.last(until);
			assertThat(last).isNotNull().isBeforeOrEqualTo(until);
			assertThat(schedule.next(last)).as("the one after %s", last).isAfter(until);
			assertThat(schedule.next(last.minusNanos(1))).isEqualTo(last);
		}
	}

	@Test
	void tickIsLastAtTheVeryMoment() {
		JobSchedule schedule = JobSchedule.of("*/10 * * * * *", BERLIN);
		Instant tick = Instant.parse("2026-05-01T10:00:10Z");
		assertThat(schedule.last(tick)).isEqualTo(tick);
		assertThat(schedule.last(tick.minusNanos(1))).isEqualTo(tick.minusSeconds(10));
	}

	/** What the scheduler fires is what the ledger takes for the tick. */
	@ParameterizedTest
	@CsvSource({ "0 30 2 * * *, 2026-03-28T12:00:00Z", "0 30 2 * * *, 2026-10-24T12:00:00Z",
			"0 */15 * * * *, 2026-03-28T23:00:00Z", "0 */15 * * * *, 2026-10-24T23:00:00Z",
			"0 0 * * * *, 2026-10-24T23:00:00Z" })
	void ticksAreThoseOfTheSchedulerAlsoWhenSummerTimeBeginsOrEnds(String cron, Instant start) {
		JobSchedule schedule = JobSchedule.of(cron, BERLIN);
		CronTrigger trigger = new CronTrigger(cron, BERLIN);
		SimpleTriggerContext context = new SimpleTriggerContext(start, start, start);
		for (int i = 0; i < 12; i++) {
			Instant fired = trigger.nextExecution(context);
			assertThat(schedule.due(fired)).isEqualTo(fired);
			assertThat(schedule.due(fired.plusSeconds(3))).isEqualTo(fired);
			context.update(fired, fired, fired.plusMillis(5));
		}
	}

	@ParameterizedTest
	@CsvSource({ "* * * * * *, 100", "0 * * * * *, 600", "0 0 * * * *, 36000", "0 0 3 * * *, 60000" })
	void schedulerMayWakeALittleEarly(String cron, long tolerated) {
		JobSchedule schedule = JobSchedule.of(cron, ZoneId.of("UTC"));
		Instant tick = Instant.parse("2026-05-01T03:00:00Z");
		assertThat(schedule.due(tick.minusMillis(tolerated))).isEqualTo(tick);
		assertThat(schedule.due(tick.minusMillis(tolerated + 1))).isBefore(tick);
		assertThat(schedule.last(tick.minusMillis(1))).isBefore(tick);
	}

	@Test
	void disabledScheduleHasNoTicks() {
		JobSchedule schedule = JobSchedule.of("-", BERLIN);
		Instant now = Instant.parse("2026-05-01T03:00:00Z");
		assertThat(schedule.last(now)).isNull();
		assertThat(schedule.next(now)).isNull();
		assertThat(schedule.due(now)).isNull();
		assertThat(schedule).hasToString("- Europe/Berlin");
	}

	@Test
	void expressionWithoutTicksHasNone() {
		JobSchedule schedule = JobSchedule.of("0 0 0 31 2 *", BERLIN);
		assertThat(schedule.due(Instant.parse("2026-05-01T03:00:00Z"))).isNull();
	}

	@Test
	void definitionRefusesWhatIsNoNameAndNoCron() {
		assertThatIllegalArgumentException().isThrownBy(() -> new JobDefinition("a/b", "-", BERLIN, Misfire.SKIP))
			.withMessageContaining("Not the name of a job: 'a/b'");
		assertThatIllegalArgumentException().isThrownBy(() -> new JobDefinition("a", "every day", BERLIN, Misfire.SKIP))
			.withMessageContaining("Cron expression");
	}

}
