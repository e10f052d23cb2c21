package io.clustercontroller.job;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.JobOutcome;
import io.clustercontroller.job.Claiming.Claimed;
import io.clustercontroller.job.JobRecord.Completion;
import io.clustercontroller.job.JobRecord.Request;
import io.clustercontroller.job.JobStatus.Pause;
import io.clustercontroller.job.LedgerPage.Entry;
import io.clustercontroller.testing.UnreliableRecords;
import io.clustercontroller.testing.UnreliableRecords.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for claims, with a turned clock and real records behind a bad connection.
 */
class LedgerTests {

	private static final JobSchedule SCHEDULE = JobSchedule.of("0 * * * * *", ZoneOffset.UTC);

	private static final Completion DONE = new Completion(JobOutcome.SUCCEEDED, Duration.ofMillis(5), null);

	private static final Instant TICK = Instant.parse("2026-05-01T10:00:00Z");

	@TempDir
	Path directory;

	private final AtomicLong wallMillis = new AtomicLong(TICK.toEpochMilli());

	private final TimeSource time = new TimeSource() {

		@Override
		public long nanoTime() {
			return System.nanoTime();
		}

		@Override
		public long wallMillis() {
			return LedgerTests.this.wallMillis.get();
		}

	};

	private JobInstance master;

	private UnreliableRecords records;

	private LedgerPage page;

	private Ledger ledger;

	private long token;

	@BeforeEach
	void startMaster() {
		this.master = JobInstance.start(this.directory, Object.class);
		this.token = this.master.controller().fencingToken().orElseThrow();
		this.records = new UnreliableRecords(reliableRecords());
		this.page = new LedgerPage("job", this.records, this.time);
		this.ledger = new Ledger(this.page, SCHEDULE, Misfire.RUN_ONCE, this.time);
	}

	@AfterEach
	void stopMaster() {
		this.master.close();
	}

	@Test
	void tickIsClaimedOnceAndTheNextOneWithoutARead() {
		Claimed first = claimed(claim());
		assertThat(first.tick()).isEqualTo(TICK);
		assertThat(claim()).isInstanceOf(Claiming.NothingDue.class);
		this.ledger.complete(first, DONE, deadline());
		assertThat(stored().completion()).isEqualTo(DONE);
		this.records.calls();
		turnClock(Duration.ofMinutes(1));
		Claimed second = claimed(claim());
		this.ledger.complete(second, DONE, deadline());
		assertThat(second.tick()).isEqualTo(TICK.plusSeconds(60));
		assertThat(this.records.calls()).containsExactly("write", "write");
		assertThat(claim()).isInstanceOf(Claiming.NothingDue.class);
		assertThat(this.records.calls()).isEmpty();
	}

	@Test
	void tickThatWasMissedComesBeforeOneThatIsNotQuiteDue() {
		turnClock(Duration.ofMillis(59_900));
		this.page.write(JobRecord.begin(SCHEDULE.toString(), TICK.minusSeconds(1)), Records.ABSENT, null, deadline());
		assertThat(claimed(claim()).tick()).isEqualTo(TICK);
		assertThat(claimed(claim()).tick()).isEqualTo(TICK.plusSeconds(60));
	}

	@Test
	void tickThatWasMissedIsLeftOutWhereThatIsWanted() {
		turnClock(Duration.ofMillis(59_900));
		this.page.write(JobRecord.begin(SCHEDULE.toString(), TICK.minusSeconds(1)), Records.ABSENT, null, deadline());
		Ledger skipping = new Ledger(this.page, SCHEDULE, Misfire.SKIP, this.time);
		assertThat(claimed(skipping.claim("self", this.token, deadline())).tick()).isEqualTo(TICK.plusSeconds(60));
		assertThat(skipping.claim("self", this.token, deadline())).isInstanceOf(Claiming.NothingDue.class);
	}

	@Test
	void clockThatGoesBackClaimsNothingTwice() {
		turnClock(Duration.ofMinutes(10));
		claimed(claim());
		turnClock(Duration.ofMinutes(-10));
		for (int minute = 0; minute < 10; minute++) {
			assertThat(claim()).isInstanceOf(Claiming.NothingDue.class);
			turnClock(Duration.ofMinutes(1));
		}
		turnClock(Duration.ofMinutes(1));
		claimed(claim());
	}

	@Test
	void otherTokenClaimsNothing() {
		assertThat(this.ledger.claim("other", this.token + 1, deadline())).isInstanceOf(Claiming.Uncertain.class);
		assertThat(otherPage().read(deadline())).isEqualTo(Entry.NONE);
	}

	@Test
	void tickThatAnotherInstanceHasClaimedIsLeftAlone() {
		claimed(claim());
		Ledger other = new Ledger(otherPage(), SCHEDULE, Misfire.RUN_ONCE, this.time);
		turnClock(Duration.ofMinutes(1));
		claimed(other.claim("other", this.token, deadline()));
		// what is remembered here is out of date
		assertThat(claim()).isInstanceOf(Claiming.NothingDue.class);
	}

	@Test
	void claimWhoseAnswerIsLostIsFoundByReading() {
		this.records.failNextWrite(Fault.ANSWER_LOST);
		assertThat(claimed(claim()).tick()).isEqualTo(TICK);
		assertThat(this.records.calls()).containsExactly("read", "write", "read");
	}

	@Test
	void claimThatHasNotArrivedIsTriedOnceMore() {
		this.records.failNextWrite(Fault.REQUEST_LOST);
		assertThat(claimed(claim()).tick()).isEqualTo(TICK);
		assertThat(this.records.calls()).containsExactly("read", "write", "read", "write");
	}

	@Test
	void claimOfWhichNothingCanBeKnownIsNone() {
		claimed(claim());
		turnClock(Duration.ofMinutes(1));
		this.records.failNextWrite(Fault.ANSWER_LOST);
		this.records.failReads();
		assertThat(claim()).isEqualTo(new Claiming.Uncertain("the connection is bad"));
	}

	@Test
	void claimThatIsRefusedSaysWhy() {
		this.records.refuseWrites("database space exceeded");
		assertThat(claim()).isEqualTo(new Claiming.Uncertain("database space exceeded"));
	}

	@Test
	void pauseAndRequestOfOthersAreSeenWhenTheClaimFails() {
		Claimed first = claimed(claim());
		this.ledger.complete(first, DONE, deadline());
		LedgerPage other = otherPage();
		Entry entry = other.read(deadline());
		other.write(entry.job().paused(new Pause("why not", TICK, "other")), entry.version(), null, deadline());
		turnClock(Duration.ofMinutes(1));
		assertThat(claim()).isInstanceOf(Claiming.Paused.class);
		entry = other.read(deadline());
		other.write(entry.job().resumed(TICK.plusSeconds(60)).requested(new Request(TICK, "other")), entry.version(),
				null, deadline());
		Claimed asked = claimed(claim());
		assertThat(asked.tick()).as("came due in the pause").isNull();
		assertThat(stored().request()).isNull();
		assertThat(stored().tick()).isEqualTo(TICK);
	}

	@Test
	void runForATickServesARequestAsWell() {
		Entry entry = this.page
			.write(JobRecord.begin(SCHEDULE.toString(), TICK.minusSeconds(90)), Records.ABSENT, null, deadline())
			.orElseThrow();
		otherPage().write(entry.job().requested(new Request(TICK, "other")), entry.version(), null, deadline());
		assertThat(claimed(claim()).tick()).isEqualTo(TICK);
		assertThat(claim()).isInstanceOf(Claiming.NothingDue.class);
	}

	@Test
	void withdrawnClaimIsFreeForTheNextMaster() {
		Claimed claimed = claimed(claim());
		this.ledger.withdraw(claimed, deadline());
		assertThat(stored().tick()).isNull();
		assertThat(claimed(
				new Ledger(otherPage(), SCHEDULE, Misfire.RUN_ONCE, this.time).claim("other", this.token, deadline()))
			.tick()).isEqualTo(TICK);
		// now that another one has claimed it there is nothing to take back
		this.ledger.withdraw(claimed, deadline());
		assertThat(stored().claim().instanceId()).isEqualTo("other");
	}

	@Test
	void outcomeIsRecordedBesideWhatOthersHaveWritten() {
		Claimed claimed = claimed(claim());
		LedgerPage other = otherPage();
		Entry entry = other.read(deadline());
		other.write(entry.job().requested(new Request(TICK, "other")), entry.version(), null, deadline());
		this.ledger.complete(claimed, DONE, deadline());
		assertThat(stored().completion()).isEqualTo(DONE);
		assertThat(stored().request()).isNotNull();
	}

	@Test
	void outcomeOfAnOldRunDisturbsNoNewOne() {
		Claimed old = claimed(claim());
		turnClock(Duration.ofMinutes(1));
		claimed(new Ledger(otherPage(), SCHEDULE, Misfire.RUN_ONCE, this.time).claim("other", this.token, deadline()));
		this.ledger.complete(old, DONE, deadline());
		assertThat(stored().completion()).isNull();
	}

	@Test
	void newScheduleCountsFromItsFirstTick() {
		claimed(claim());
		turnClock(Duration.ofMinutes(30));
		JobSchedule hourly = JobSchedule.of("0 15 * * * *", ZoneOffset.UTC);
		Claimed first = claimed(
				new Ledger(otherPage(), hourly, Misfire.RUN_ONCE, this.time).claim("other", this.token, deadline()));
		assertThat(first.tick()).isEqualTo(TICK.plusSeconds(15 * 60));
		assertThat(stored().schedule()).isEqualTo(hourly.toString());
	}

	private Claiming claim() {
		return this.ledger.claim("self", this.token, deadline());
	}

	private static Claimed claimed(Claiming claiming) {
		assertThat(claiming).isInstanceOf(Claimed.class);
		return (Claimed) claiming;
	}

	private JobRecord stored() {
		return otherPage().read(deadline()).job();
	}

	private LedgerPage otherPage() {
		return new LedgerPage("job", reliableRecords(), this.time);
	}

	private Records reliableRecords() {
		Member self = this.master.controller().self();
		return this.master.bean(Coordinator.class).records(self.environment(), self.service());
	}

	private void turnClock(Duration by) {
		this.wallMillis.addAndGet(by.toMillis());
	}

	private static long deadline() {
		return System.nanoTime() + JobInstance.LIMIT.toNanos();
	}

}
