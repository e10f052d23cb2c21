package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Pause;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.Deadline;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.engine.Decision.Action;
import io.clustercontroller.event.RoleChangeCause;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Election}: every rule and its borders.
 */
class ElectionTests {

	/** Close to where nano times overflow, which they may be anywhere. */
	private static final long NOW = Long.MAX_VALUE - 1;

	private static final long TURN = Election.TURN.toNanos();

	private static final long CLOCK_CHECK = Election.CLOCK_CHECK.toNanos();

	private static final Duration MARGIN = Duration.ofSeconds(3);

	// as master

	@Test
	void masterGoesOnUntilItsDeadlineAndComparesItsClocks() {
		assertThat(master(7).stepDownIn(CLOCK_CHECK + 1).decide()).isEqualTo(Decision.waitFor(CLOCK_CHECK));
		assertThat(master(7).stepDownIn(CLOCK_CHECK - 1).decide()).isEqualTo(Decision.waitFor(CLOCK_CHECK - 1));
		assertThat(master(7).stepDownIn(1).decide()).isEqualTo(Decision.waitFor(1));
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, -1_000_000_000_000L })
	void masterStepsDownAtItsDeadline(long stepDownIn) {
		assertThat(master(7).stepDownIn(stepDownIn).decide()).isEqualTo(slave(7, RoleChangeCause.SESSION_LOST));
	}

	@Test
	void masterWithoutSessionStepsDown() {
		assertThat(master(7).withoutDeadline().decide()).isEqualTo(slave(7, RoleChangeCause.SESSION_LOST));
		assertThat(master(7).withoutView().decide()).isEqualTo(slave(7, RoleChangeCause.SESSION_LOST));
	}

	@Test
	void masterStepsDownWhenItsMastershipIsGone() {
		assertThat(master(7).nobodyIsMaster().decide()).isEqualTo(slave(7, RoleChangeCause.SESSION_LOST));
		assertThat(master(7).masterIs("other", 8).decide()).isEqualTo(slave(7, RoleChangeCause.SESSION_LOST));
	}

	@Test
	void masterStepsDownWhenItsMastershipIsAnotherOne() {
		assertThat(master(7).held(8, false).decide()).isEqualTo(slave(7, RoleChangeCause.SESSION_LOST));
		assertThat(master(7).leftOver(7).decide()).isEqualTo(slave(7, RoleChangeCause.SESSION_LOST));
	}

	@Test
	void suspectedMasterHasItsSessionConfirmedAtOnce() {
		long margin = MARGIN.toMillis();
		assertThat(master(7).wallClockAheadBy(margin).decide().action()).isNull();
		assertThat(master(7).wallClockAheadBy(margin + 1).decide())
			.isEqualTo(new Decision(null, Action.RENEW, CLOCK_CHECK));
		assertThat(master(7).wallClockAheadBy(-margin - 1).decide().action()).isNull();
	}

	@Test
	void suspectedMasterStepsDownAtItsDeadlineToo() {
		assertThat(master(7).wallClockAheadBy(100_000).stepDownIn(0).decide())
			.isEqualTo(slave(7, RoleChangeCause.SESSION_LOST));
	}

	@Test
	void masterWhoseSessionLastsAsLongAsItsProcessNeverStepsDown() {
		assertThat(master(7).unlimited().wallClockAheadBy(1_000_000_000L).decide())
			.isEqualTo(Decision.waitFor(CLOCK_CHECK));
	}

	@Test
	void stoppingMasterDoesNotDecideToStepDownByItself() {
		assertThat(master(7).unwilling().stepDownIn(CLOCK_CHECK).decide()).isEqualTo(Decision.waitFor(CLOCK_CHECK));
	}

	// with a mastership that is one's own, but not acted on

	@Test
	void firstMastershipOfAnInstanceIsThatOfItsStart() {
		assertThat(given().held(7, false).decide()).isEqualTo(master(7, RoleChangeCause.STARTED));
		assertThat(given().held(7, true).decide()).isEqualTo(master(7, RoleChangeCause.STARTED));
	}

	@Test
	void laterMastershipIsWonOrHandedOver() {
		assertThat(slave().held(7, false).decide()).isEqualTo(master(7, RoleChangeCause.PROMOTED));
		assertThat(slave().held(7, true).decide()).isEqualTo(master(7, RoleChangeCause.HANDED_OVER));
	}

	@ParameterizedTest
	@CsvSource({ "6, true", "7, false", "8, false" })
	void mastershipThatWasGivenUpIsNeverActedOnAgain(long retired, boolean actedOn) {
		Decision decision = slave().held(7, false).retired(retired).decide();
		assertThat(decision).isEqualTo(actedOn ? master(7, RoleChangeCause.PROMOTED) : Decision.act(Action.RELEASE));
	}

	@Test
	void mastershipOfAnEarlierSessionIsReleased() {
		assertThat(slave().leftOver(7).decide()).isEqualTo(Decision.act(Action.RELEASE));
		assertThat(given().leftOver(7).decide()).isEqualTo(Decision.act(Action.RELEASE));
	}

	@Test
	void stoppingInstanceReleasesAMastershipThatItGets() {
		assertThat(slave().held(7, true).unwilling().decide()).isEqualTo(Decision.act(Action.RELEASE));
	}

	@Test
	void releaseIsNotRepeatedAtOnce() {
		assertThat(slave().leftOver(7).retryIn(0).decide()).isEqualTo(Decision.act(Action.RELEASE));
		assertThat(slave().leftOver(7).retryIn(1).decide()).isEqualTo(Decision.waitFor(1));
	}

	@Test
	void mastershipWaitsWhileTheWorkOfTheLastOneIsStopping() {
		assertThat(slave().held(8, true).retired(7).busy().decide()).isEqualTo(Decision.waitFor(Decision.NEVER));
		assertThat(slave().held(7, true).retired(7).busy().decide()).isEqualTo(Decision.waitFor(Decision.NEVER));
	}

	@Test
	void mastershipIsNotActedOnBeforeTheSessionIsConfirmed() {
		Decision renew = new Decision(null, Action.RENEW, Decision.NEVER);
		assertThat(slave().held(7, false).stepDownIn(1).decide()).isEqualTo(master(7, RoleChangeCause.PROMOTED));
		assertThat(slave().held(7, false).stepDownIn(0).decide()).isEqualTo(renew);
		assertThat(slave().held(7, false).withoutDeadline().decide()).isEqualTo(renew);
		assertThat(slave().held(7, false).wallClockAheadBy(MARGIN.toMillis()).decide())
			.isEqualTo(master(7, RoleChangeCause.PROMOTED));
		assertThat(slave().held(7, false).wallClockAheadBy(MARGIN.toMillis() + 1).decide()).isEqualTo(renew);
	}

	// beside another master

	@Test
	void firstRoleBesideAMasterIsSlave() {
		assertThat(given().masterIs("other", 7).decide()).isEqualTo(slave(7, RoleChangeCause.STARTED));
		assertThat(given().masterIs("other", 7).offered().decide()).isEqualTo(slave(7, RoleChangeCause.STARTED));
	}

	@Test
	void slaveBesideAMasterDoesNothing() {
		assertThat(slave().masterIs("other", 7).decide()).isEqualTo(Decision.waitFor(Decision.NEVER));
	}

	@Test
	void slaveAcceptsTheMastershipThatIsOffered() {
		assertThat(slave().masterIs("other", 7).offered().decide()).isEqualTo(Decision.act(Action.ACCEPT));
	}

	@Test
	void whoDoesNotStandAcceptsNothing() {
		Decision nothing = Decision.waitFor(Decision.NEVER);
		assertThat(slave().masterIs("other", 7).offered().unwilling().decide()).isEqualTo(nothing);
		assertThat(slave().masterIs("other", 7).offered().busy().decide()).isEqualTo(nothing);
		assertThat(slave().masterIs("other", 7).offered().priority(0).decide()).isEqualTo(nothing);
		assertThat(slave().masterIs("other", 7).offered().state(MemberState.STOPPING).decide()).isEqualTo(nothing);
	}

	// without a master

	@Test
	void nothingIsDecidedWithoutAView() {
		assertThat(given().withoutView().decide()).isEqualTo(Decision.waitFor(Decision.NEVER));
		assertThat(slave().withoutView().decide()).isEqualTo(Decision.waitFor(Decision.NEVER));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 7 })
	void candidatesTryOneAfterTheOther(int rank) {
		Given vacant = slave().nobodyIsMaster();
		for (int i = 0; i < rank; i++) {
			vacant.beside(member("rival-" + i, 200, MemberState.ACTIVE, i));
		}
		assertThat(vacant.vacantFor(rank * TURN).decide()).isEqualTo(Decision.act(Action.ACQUIRE));
		assertThat(vacant.vacantFor(rank * TURN - 1).decide()).isEqualTo(Decision.waitFor(1));
		assertThat(vacant.vacantFor(0).decide())
			.isEqualTo((rank == 0) ? Decision.act(Action.ACQUIRE) : Decision.waitFor(rank * TURN));
	}

	@Test
	void firstRoleIsDecidedByTheElectionWhereThereIsNoMaster() {
		assertThat(given().nobodyIsMaster().decide()).isEqualTo(Decision.act(Action.ACQUIRE));
	}

	@ParameterizedTest
	@CsvSource({
			// whom the others are waited for: those of higher priority, then who came
			// first
			"101, 9, ACTIVE, true", "100, 4, ACTIVE, true", "100, 6, ACTIVE, false", "99, 1, ACTIVE, false",
			"0, 1, ACTIVE, false",
			// and only those that could take part
			"101, 1, STARTED, true", "101, 1, RUNNING, true", "101, 1, STOPPING, false", "101, 1, TERMINATED, false" })
	void turnComesAfterEveryBetterCandidate(int priority, int joined, MemberState state, boolean ahead) {
		Given vacant = slave().nobodyIsMaster().beside(member("rival", priority, state, joined));
		assertThat(vacant.vacantFor(0).decide())
			.isEqualTo(ahead ? Decision.waitFor(TURN) : Decision.act(Action.ACQUIRE));
	}

	@ParameterizedTest
	@CsvSource({ "a, true", "z, false" })
	void idDecidesBetweenThoseWhoCameAtTheSameTime(String id, boolean ahead) {
		Given vacant = slave().nobodyIsMaster().beside(member(id, 100, MemberState.ACTIVE, 5));
		assertThat(vacant.vacantFor(0).decide())
			.isEqualTo(ahead ? Decision.waitFor(TURN) : Decision.act(Action.ACQUIRE));
	}

	@Test
	void attemptWaitsForItsTurnAndForThePauseAfterTheLastOne() {
		Given vacant = slave().nobodyIsMaster().beside(member("rival", 200, MemberState.ACTIVE, 0));
		assertThat(vacant.vacantFor(TURN - 10).retryIn(20).decide()).isEqualTo(Decision.waitFor(20));
		assertThat(vacant.vacantFor(TURN - 20).retryIn(10).decide()).isEqualTo(Decision.waitFor(20));
		assertThat(vacant.vacantFor(TURN).retryIn(0).decide()).isEqualTo(Decision.act(Action.ACQUIRE));
		assertThat(vacant.vacantFor(TURN).retryIn(1).decide()).isEqualTo(Decision.waitFor(1));
	}

	@Test
	void whoDoesNotStandIsSlaveOfNobody() {
		assertThat(given().nobodyIsMaster().priority(0).decide()).isEqualTo(slave(0, RoleChangeCause.STARTED));
		assertThat(given().nobodyIsMaster().unwilling().decide()).isEqualTo(Decision.waitFor(Decision.NEVER));
		assertThat(slave().nobodyIsMaster().priority(0).decide()).isEqualTo(Decision.waitFor(Decision.NEVER));
		assertThat(slave().nobodyIsMaster().unwilling().decide()).isEqualTo(Decision.waitFor(Decision.NEVER));
		assertThat(slave().nobodyIsMaster().busy().decide()).isEqualTo(Decision.waitFor(Decision.NEVER));
	}

	@Test
	void nobodyTriesWithASessionThatIsNotConfirmed() {
		Decision renew = new Decision(null, Action.RENEW, Decision.NEVER);
		assertThat(slave().nobodyIsMaster().stepDownIn(1).decide()).isEqualTo(Decision.act(Action.ACQUIRE));
		assertThat(slave().nobodyIsMaster().stepDownIn(0).decide()).isEqualTo(renew);
		assertThat(slave().nobodyIsMaster().withoutDeadline().decide()).isEqualTo(renew);
		assertThat(slave().nobodyIsMaster().wallClockAheadBy(MARGIN.toMillis() + 1).decide()).isEqualTo(renew);
	}

	// in a pause

	@Test
	void nobodyTriesWhileTheServiceIsPaused() {
		assertThat(slave().nobodyIsMaster().pausedFor(1).decide()).isEqualTo(Decision.waitFor(CLOCK_CHECK));
		assertThat(slave().nobodyIsMaster().pausedFor(1).stepDownIn(0).decide())
			.isEqualTo(Decision.waitFor(CLOCK_CHECK));
		assertThat(slave().nobodyIsMaster().pausedFor(0).decide()).isEqualTo(Decision.act(Action.ACQUIRE));
		assertThat(slave().nobodyIsMaster().pausedFor(-1).decide()).isEqualTo(Decision.act(Action.ACQUIRE));
	}

	@Test
	void whoStartsInAPauseIsSlaveAtOnce() {
		assertThat(given().nobodyIsMaster().pausedFor(1).decide().change())
			.isEqualTo(slave(0, RoleChangeCause.STARTED).change());
		assertThat(given().masterIs("other", 7).pausedFor(1).decide().change())
			.isEqualTo(slave(7, RoleChangeCause.STARTED).change());
	}

	@Test
	void masterStaysMasterInAPauseAndHasNoLongerDeadline() {
		assertThat(master(7).pausedFor(1).stepDownIn(5).decide()).isEqualTo(Decision.waitFor(5));
		assertThat(master(7).pausedFor(1).stepDownIn(0).decide().change())
			.isEqualTo(slave(7, RoleChangeCause.SESSION_LOST).change());
	}

	@Test
	void mastershipIsHandedOverInAPause() {
		assertThat(slave().masterIs("other", 7).offered().pausedFor(1).decide().action()).isEqualTo(Action.ACCEPT);
		assertThat(slave().held(7, true).pausedFor(1).decide().change())
			.isEqualTo(master(7, RoleChangeCause.HANDED_OVER).change());
	}

	@Test
	void endOfAPauseIsLookedForEachSecond() {
		assertThat(slave().masterIs("other", 7).pausedFor(1).decide()).isEqualTo(Decision.waitFor(CLOCK_CHECK));
		assertThat(slave().masterIs("other", 7).pausedFor(0).decide()).isEqualTo(Decision.waitFor(Decision.NEVER));
	}

	// eligibility

	@Test
	void whoIsNotEligibleDoesNotTryAndAcceptsNothing() {
		Decision nothing = Decision.waitFor(Decision.NEVER);
		assertThat(slave().nobodyIsMaster().ineligible().decide()).isEqualTo(nothing);
		assertThat(slave().masterIs("other", 7).offered().ineligible().decide()).isEqualTo(nothing);
		assertThat(given().nobodyIsMaster().ineligible().decide()).isEqualTo(slave(0, RoleChangeCause.STARTED));
	}

	@Test
	void masterThatIsNotEligibleAnyMoreStaysMaster() {
		assertThat(master(7).ineligible().decide()).isEqualTo(Decision.waitFor(CLOCK_CHECK));
	}

	@Test
	void whoIsNotEligibleIsNotWaitedFor() {
		Member rival = member("rival", 200, MemberState.ACTIVE, 0).withEligible(false);
		assertThat(slave().nobodyIsMaster().beside(rival).vacantFor(0).decide())
			.isEqualTo(Decision.act(Action.ACQUIRE));
	}

	@ParameterizedTest
	@CsvSource({ "JOINED, RUNNING, true", "JOINED, ACTIVE, true", "ACTIVE, STARTED, false", "ACTIVE, RUNNING, false",
			"ACTIVE, ACTIVE, true" })
	void memberStandsFromTheStateOnThatIsWanted(ElectionTime when, MemberState state, boolean stands) {
		Candidacy candidacy = new Candidacy(true, when, null);
		assertThat(candidacy.declare(member("a", 1, state, 0)).eligible()).isEqualTo(stands);
		assertThat(candidacy.withEligible(false).declare(member("a", 1, state, 0)).eligible()).isFalse();
		assertThat(candidacy.declare(member("a", 0, state, 0)).eligible()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "STOPPING, 1, true, it is STOPPING", "ACTIVE, 0, true, it has priority 0",
			"ACTIVE, 1, false, it has been made ineligible",
			"RUNNING, 1, false, 'it is RUNNING: not active yet, or made ineligible'" })
	void obstacleIsNamed(MemberState state, int priority, boolean eligible, String obstacle) {
		Member member = member("a", priority, state, 0).withEligible(eligible);
		assertThat(Election.isEligible(member)).isFalse();
		assertThat(Election.obstacle(member)).isEqualTo(obstacle);
	}

	// after a hand-over

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 7 })
	void whoHasJustHandedOverComesLast(int others) {
		Given vacant = slave().nobodyIsMaster().priority(300).standingBack();
		for (int i = 0; i < others; i++) {
			vacant.beside(member("rival-" + i, 1 + i, MemberState.ACTIVE, i));
		}
		vacant.beside(member("never", 0, MemberState.ACTIVE, 9));
		long turn = Election.HEAD_START.toNanos() + others * TURN;
		assertThat(vacant.vacantFor(0).decide()).isEqualTo(Decision.waitFor(turn));
		assertThat(vacant.vacantFor(turn).decide()).isEqualTo(Decision.act(Action.ACQUIRE));
	}

	@Test
	void successorThatDiesAtOnceIsNoticedWhileTheFormerMasterStandsBack() {
		Duration ttl = Duration.ofSeconds(10);
		assertThat(Election.standBack(ttl)).isGreaterThan(ttl.multipliedBy(2).plus(Election.HEAD_START));
	}

	// candidates

	@Test
	void candidatesAreInTheOrderInWhichTheyTry() {
		Member best = member("e", 200, MemberState.ACTIVE, 9);
		Member first = member("d", 100, MemberState.STARTED, 1);
		Member second = member("b", 100, MemberState.RUNNING, 2);
		Member third = member("c", 100, MemberState.ACTIVE, 2);
		Member never = member("a", 0, MemberState.ACTIVE, 0);
		Member stopping = member("f", 300, MemberState.STOPPING, 0);
		assertThat(Election.candidates(List.of(never, third, stopping, second, first, best))).containsExactly(best,
				first, second, third);
	}

	@ParameterizedTest
	@EnumSource(MemberState.class)
	void whoIsOnItsWayOutIsNoCandidate(MemberState state) {
		assertThat(Election.isEligible(member("a", 1, state, 0)))
			.isEqualTo(state != MemberState.STOPPING && state != MemberState.TERMINATED);
		assertThat(Election.isEligible(member("a", 0, state, 0))).isFalse();
	}

	/** An instance that has joined and has no role yet. */
	private static Given given() {
		return new Given();
	}

	private static Given slave() {
		Given given = new Given();
		given.roleDecided = true;
		return given;
	}

	private static Given master(long token) {
		Given given = slave().held(token, false);
		given.role = Role.MASTER;
		given.token = token;
		return given;
	}

	private static Decision slave(long token, RoleChangeCause cause) {
		return Decision.change(Role.SLAVE, token, cause);
	}

	private static Decision master(long token, RoleChangeCause cause) {
		return Decision.change(Role.MASTER, token, cause);
	}

	private static Member member(String id, int priority, MemberState state, int joined) {
		return new Member(id, id, "test", "web", Role.SLAVE, state, List.of(), priority,
				Instant.parse("2026-01-01T00:00:00Z").plusSeconds(joined), Map.of());
	}

	/**
	 * The situation of the instance {@code self}: priority 100, joined as fifth, with a
	 * session that was confirmed just now. What a test says changes that.
	 */
	private static final class Given {

		private final List<Member> others = new ArrayList<>();

		private Role role = Role.SLAVE;

		private boolean roleDecided;

		private long token;

		private int priority = 100;

		private MemberState state = MemberState.ACTIVE;

		private @Nullable Deadline deadline = deadline(Duration.ofSeconds(10));

		private @Nullable Mastership mastership;

		private boolean offered;

		private boolean joined = true;

		private long retired;

		private boolean willing = true;

		private boolean busy;

		private long vacantFor;

		private boolean standingBack;

		private long retryIn;

		private long wallAhead;

		private boolean eligible = true;

		private @Nullable Pause pause;

		private static Deadline deadline(Duration validFor) {
			return Deadline.of(new Confirmation(NOW, 0, validFor), MARGIN);
		}

		Given stepDownIn(long nanos) {
			this.deadline = new Deadline(NOW + nanos, NOW, 0, MARGIN.toNanos());
			return this;
		}

		Given unlimited() {
			this.deadline = deadline(Confirmation.UNLIMITED);
			return this;
		}

		Given withoutDeadline() {
			this.deadline = null;
			return this;
		}

		Given wallClockAheadBy(long millis) {
			this.wallAhead = millis;
			return this;
		}

		Given withoutView() {
			this.joined = false;
			return this;
		}

		Given nobodyIsMaster() {
			this.mastership = null;
			return this;
		}

		Given masterIs(String id, long token) {
			this.mastership = new Mastership(id, token, false, false);
			return this;
		}

		Given held(long token, boolean handedOver) {
			this.mastership = new Mastership("self", token, true, handedOver);
			return this;
		}

		/** The mastership of an earlier session of this instance. */
		Given leftOver(long token) {
			this.mastership = new Mastership("self", token, false, false);
			return this;
		}

		Given beside(Member other) {
			this.others.add(other);
			return this;
		}

		Given offered() {
			this.offered = true;
			return this;
		}

		Given retired(long token) {
			this.retired = token;
			return this;
		}

		Given unwilling() {
			this.willing = false;
			return this;
		}

		Given busy() {
			this.busy = true;
			return this;
		}

		Given vacantFor(long nanos) {
			this.vacantFor = nanos;
			return this;
		}

		Given retryIn(long nanos) {
			this.retryIn = nanos;
			return this;
		}

		Given priority(int priority) {
			this.priority = priority;
			return this;
		}

		/**
		 * @param millis what is left of the pause
		 */
		Given pausedFor(long millis) {
			this.pause = new Pause("upgrade", "box", Instant.EPOCH, Instant.ofEpochMilli(millis));
			return this;
		}

		Given ineligible() {
			this.eligible = false;
			return this;
		}

		Given standingBack() {
			this.standingBack = true;
			return this;
		}

		Given state(MemberState state) {
			this.state = state;
			return this;
		}

		Decision decide() {
			Member self = member("self", this.priority, this.state, 5).withRole(this.role).withEligible(this.eligible);
			List<Member> members = new ArrayList<>(this.others);
			members.add(self);
			ClusterView view = new ClusterView(1, this.mastership, members, this.offered, this.pause);
			Standing standing = new Standing(self, this.roleDecided, this.token, 1, this.deadline, view, Instant.EPOCH,
					null);
			return Election.decide(new Situation(standing, this.joined ? view : null, this.retired, this.willing,
					this.busy, NOW - this.vacantFor, this.standingBack, NOW + this.retryIn, NOW, this.wallAhead));
		}

	}

}
