package io.clustercontroller.engine;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Deadline;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.engine.Decision.Action;
import io.clustercontroller.event.RoleChangeCause;

/**
 * The rules of the election: who may be master, who tries, who waits. Pure functions.
 */
final class Election {

	/**
	 * How long the next candidate gives the one before it. Many times what an attempt
	 * takes (3 ms measured), so that a failover costs one transaction however large the
	 * service is; small enough to get past dead candidates.
	 */
	static final Duration TURN = Duration.ofMillis(50);

	/**
	 * How often a master compares its two clocks. A stopped virtual machine is noticed by
	 * the guard at once; this is how soon its session is confirmed again.
	 */
	static final Duration CLOCK_CHECK = Duration.ofSeconds(1);

	/**
	 * How many TTLs a member stands back after it has handed over. A successor that dies
	 * at once is noticed after one of them; another one passes before its place is free
	 * where etcd may end sessions too early.
	 */
	private static final int STAND_BACK_TTLS = 3;

	/**
	 * What a member that stands back gives the others, besides a turn for each: they may
	 * see later than it that there is no master, 100 ms in the local folder.
	 */
	static final Duration HEAD_START = Duration.ofSeconds(1);

	static final Comparator<Member> BEST_FIRST = Comparator.comparingInt(Member::priority)
		.reversed()
		.thenComparing(ClusterView.BY_JOINED_AT);

	private Election() {
	}

	/** The members that may become master, the best one first. */
	static List<Member> candidates(List<Member> members) {
		return members.stream().filter(Election::isEligible).sorted(BEST_FIRST).toList();
	}

	static boolean isEligible(Member member) {
		return member.eligible() && isStaying(member);
	}

	private static boolean isStaying(Member member) {
		return member.state().compareTo(MemberState.STOPPING) < 0;
	}

	/** Why a member that is not eligible is not, as a clause. */
	static String obstacle(Member member) {
		if (!isStaying(member)) {
			return "it is " + member.state();
		}
		if (member.priority() == 0) {
			return "it has priority 0";
		}
		return (member.state() == MemberState.ACTIVE) ? "it has been made ineligible"
				: "it is %s: not active yet, or made ineligible".formatted(member.state());
	}

	/** How long a member leaves elections to the others after it has handed over. */
	static Duration standBack(Duration ttl) {
		return ttl.multipliedBy(STAND_BACK_TTLS);
	}

	/**
	 * While the service is paused there is another decision each second: the end of the
	 * pause is read from a clock that may jump.
	 */
	static Decision decide(Situation situation) {
		Decision decision = situation.isMaster() ? decideAsMaster(situation) : decideAsSlave(situation);
		return situation.isPaused() ? decision.inTime(CLOCK_CHECK.toNanos()) : decision;
	}

	private static Decision decideAsMaster(Situation situation) {
		long token = situation.standing().token();
		Deadline deadline = situation.standing().deadline();
		if (deadline == null || deadline.isOver(situation.now()) || !holds(situation, token)) {
			return Decision.change(Role.SLAVE, token, RoleChangeCause.SESSION_LOST);
		}
		if (situation.isSuspect()) {
			return new Decision(null, Action.RENEW, CLOCK_CHECK.toNanos());
		}
		return Decision.waitFor(Math.min(CLOCK_CHECK.toNanos(), deadline.stepDownAt() - situation.now()));
	}

	private static boolean holds(Situation situation, long token) {
		Mastership mastership = (situation.view() != null) ? situation.view().mastership() : null;
		return mastership != null && mastership.held() && mastership.token() == token;
	}

	private static Decision decideAsSlave(Situation situation) {
		ClusterView view = situation.view();
		if (view == null) {
			return Decision.waitFor(Decision.NEVER);
		}
		Mastership mastership = view.mastership();
		if (mastership == null) {
			return decideWithoutMaster(situation, view);
		}
		Member self = situation.standing().self();
		if (!mastership.instanceId().equals(self.instanceId())) {
			return decideBesideMaster(situation, view, mastership);
		}
		if (situation.busy()) {
			return Decision.waitFor(Decision.NEVER);
		}
		if (!mastership.held() || mastership.token() <= situation.retired() || !situation.willing()) {
			return attempt(situation, Action.RELEASE, situation.now());
		}
		if (situation.isDeadlineOver() || situation.isSuspect()) {
			// ours, but not to be acted on before the session is confirmed; it ends if it
			// is not
			return new Decision(null, Action.RENEW, Decision.NEVER);
		}
		return Decision.change(Role.MASTER, mastership.token(), causeOf(situation, mastership));
	}

	private static RoleChangeCause causeOf(Situation situation, Mastership mastership) {
		if (!situation.standing().roleDecided()) {
			return RoleChangeCause.STARTED;
		}
		return mastership.handedOver() ? RoleChangeCause.HANDED_OVER : RoleChangeCause.PROMOTED;
	}

	private static Decision decideBesideMaster(Situation situation, ClusterView view, Mastership mastership) {
		if (!situation.standing().roleDecided()) {
			return becomeSlaveFirst(situation, mastership.token());
		}
		if (view.offered() && stands(situation)) {
			return attempt(situation, Action.ACCEPT, situation.now());
		}
		return Decision.waitFor(Decision.NEVER);
	}

	/** An instance that is stopping takes no role on any more. */
	private static Decision becomeSlaveFirst(Situation situation, long token) {
		return situation.willing() ? Decision.change(Role.SLAVE, token, RoleChangeCause.STARTED)
				: Decision.waitFor(Decision.NEVER);
	}

	private static Decision decideWithoutMaster(Situation situation, ClusterView view) {
		if (!stands(situation) || situation.isPaused()) {
			return situation.standing().roleDecided() ? Decision.waitFor(Decision.NEVER)
					: becomeSlaveFirst(situation, 0);
		}
		if (situation.isDeadlineOver() || situation.isSuspect()) {
			return new Decision(null, Action.RENEW, Decision.NEVER);
		}
		return attempt(situation, Action.ACQUIRE, situation.vacantSince() + delay(situation, view));
	}

	/** How long this instance lets others go first. */
	private static long delay(Situation situation, ClusterView view) {
		Member self = situation.standing().self();
		List<Member> others = candidates(view.members()).stream()
			.filter((member) -> !member.instanceId().equals(self.instanceId()))
			.toList();
		if (situation.standingBack()) {
			return HEAD_START.toNanos() + others.size() * TURN.toNanos();
		}
		return others.stream().filter((member) -> BEST_FIRST.compare(member, self) < 0).count() * TURN.toNanos();
	}

	private static boolean stands(Situation situation) {
		return situation.willing() && !situation.busy() && isEligible(situation.standing().self());
	}

	private static Decision attempt(Situation situation, Action action, long turn) {
		long wait = Math.max(turn - situation.now(), situation.retryAt() - situation.now());
		return (wait <= 0) ? Decision.act(action) : Decision.waitFor(wait);
	}

}
