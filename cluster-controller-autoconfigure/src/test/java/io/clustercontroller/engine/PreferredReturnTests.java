package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Pause;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Mastership;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a master hands over to a better member by itself.
 */
class PreferredReturnTests {

	private static final Duration AFTER = Duration.ofMinutes(1);

	private static final Member BETTER = member("better", 200);

	private final PreferredReturn preferred = new PreferredReturn(AFTER);

	private Role role = Role.MASTER;

	private boolean willing = true;

	private @Nullable Pause pause;

	@Test
	void betterMemberIsDueWhenItHasBeenReadyForLongEnough() {
		assertThat(dueAt(0, BETTER)).isEmpty();
		assertThat(dueAt(59, BETTER)).isEmpty();
		assertThat(dueAt(60, BETTER)).contains(BETTER);
	}

	@Test
	void memberThatIsNoBetterOrNotReadyIsNeverDue() {
		for (Member other : List.of(member("equal", 100), member("lower", 50), BETTER.withEligible(false),
				BETTER.withState(MemberState.RUNNING), BETTER.withState(MemberState.STOPPING))) {
			dueAt(0, other);
			assertThat(dueAt(1000, other)).as(other.toString()).isEmpty();
		}
	}

	@Test
	void breakBeginsTheTimeAnew() {
		dueAt(0, BETTER);
		dueAt(30, BETTER.withEligible(false));
		assertThat(dueAt(60, BETTER)).isEmpty();
		dueAt(80);
		assertThat(dueAt(100, BETTER)).isEmpty();
		assertThat(dueAt(160, BETTER)).contains(BETTER);
	}

	@Test
	void timeCountsFromTheBeginningOfTheMastership() {
		this.role = Role.SLAVE;
		dueAt(0, BETTER);
		assertThat(dueAt(60, BETTER)).isEmpty();
		this.role = Role.MASTER;
		assertThat(dueAt(61, BETTER)).isEmpty();
		assertThat(dueAt(121, BETTER)).contains(BETTER);
	}

	@Test
	void bestOfThoseThatAreDueIsTaken() {
		Member best = member("best", 300);
		dueAt(0, BETTER, best);
		assertThat(dueAt(60, BETTER, best)).contains(best);
		dueAt(90, BETTER);
		assertThat(dueAt(120, BETTER, best)).contains(BETTER);
	}

	@Test
	void nothingIsDueInAPauseAndAtOnceAfterIt() {
		dueAt(0, BETTER);
		this.pause = new Pause("upgrade", "box", Instant.EPOCH, Instant.EPOCH.plusSeconds(70));
		assertThat(dueAt(60, BETTER)).isEmpty();
		assertThat(dueAt(70, BETTER)).contains(BETTER);
	}

	@Test
	void nothingIsDueWhileStopping() {
		dueAt(0, BETTER);
		this.willing = false;
		assertThat(dueAt(60, BETTER)).isEmpty();
	}

	@Test
	void whatWasTriedIsTriedAgainAfterTheSameTime() {
		dueAt(0, BETTER);
		assertThat(dueAt(60, BETTER)).isPresent();
		this.preferred.tried(Duration.ofSeconds(60).toNanos());
		assertThat(dueAt(61, BETTER)).isEmpty();
		assertThat(dueAt(119, BETTER)).isEmpty();
		assertThat(dueAt(120, BETTER)).isPresent();
	}

	@Test
	void withoutATimeNothingIsEverDue() {
		PreferredReturn never = new PreferredReturn(null);
		assertThat(never.due(situation(0, BETTER))).isEmpty();
		assertThat(never.due(situation(1_000_000, BETTER))).isEmpty();
	}

	private Optional<Member> dueAt(long seconds, Member... others) {
		return this.preferred.due(situation(seconds, others));
	}

	private Situation situation(long seconds, Member... others) {
		Member self = member("self", 100).withRole(this.role);
		List<Member> members = new ArrayList<>(List.of(others));
		members.add(self);
		ClusterView view = new ClusterView(1, new Mastership("self", 7, true, false), members, false, this.pause);
		Duration time = Duration.ofSeconds(seconds);
		return new Situation(new Standing(self, true, 7, 1, null, view, Instant.EPOCH, null), view, 0, this.willing,
				false, 0, false, 0, time.toNanos(), time.toMillis());
	}

	private static Member member(String id, int priority) {
		return new Member(id, id, "test", "web", Role.SLAVE, MemberState.ACTIVE, List.of(), priority, Instant.EPOCH,
				Map.of());
	}

}
