package io.clustercontroller.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Deadline;
import io.clustercontroller.coordination.TimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Standing}.
 */
class StandingTests {

	private static final Member SELF = member("self", MemberState.ACTIVE, 2);

	@Test
	void masterNeedsTheRoleAndAnOpenDeadline() {
		Deadline deadline = new Deadline(100, 0, 0, 1_000_000);
		Standing slave = Standing.initial(SELF).withDeadline(deadline);
		Standing master = slave.withRole(Role.MASTER, 7, Instant.EPOCH);
		assertThat(slave.isMaster(at(0, 0))).isFalse();
		assertThat(master.isMaster(at(99, 0))).isTrue();
		assertThat(master.isMaster(at(100, 0))).isFalse();
		assertThat(master.isMaster(at(99, 2))).isFalse();
		assertThat(master.withoutDeadline().isMaster(at(0, 0))).isFalse();
		assertThat(master.withRole(Role.SLAVE, 7, Instant.EPOCH).isMaster(at(0, 0))).isFalse();
	}

	@Test
	void membersIncludeThisInstanceAsItKnowsItself() {
		Member first = member("first", MemberState.ACTIVE, 1);
		Member last = member("last", MemberState.ACTIVE, 3);
		Standing standing = Standing.initial(SELF).withRole(Role.MASTER, 1, Instant.EPOCH);
		Member self = standing.self();
		assertThat(standing.members()).containsExactly(self);
		ClusterView stale = new ClusterView(1, null, List.of(last, member("self", MemberState.STARTED, 2), first),
				false);
		assertThat(standing.withView(stale).members()).containsExactly(first, self, last);
		assertThat(standing.withView(stale).others()).containsExactly(first, last);
		ClusterView without = new ClusterView(1, null, List.of(last, first), false);
		assertThat(standing.withView(without).members()).containsExactly(first, self, last);
	}

	@Test
	void firstRoleIsUndecidedUntilThereIsOne() {
		assertThat(Standing.initial(SELF).roleDecided()).isFalse();
		assertThat(Standing.initial(SELF).withRole(Role.SLAVE, 0, Instant.EPOCH).roleDecided()).isTrue();
	}

	@Test
	void lastContactOutlivesTheSession() {
		Standing joining = Standing.initial(SELF);
		assertThat(joining.lastContact()).isNull();
		Standing lost = joining.withDeadline(new Deadline(100, 0, 4711, 1_000_000)).withoutDeadline();
		assertThat(lost.deadline()).isNull();
		assertThat(lost.lastContact()).isEqualTo(Instant.ofEpochMilli(4711));
	}

	@Test
	void roleIsHeldSinceItWasTakenOn() {
		Standing joining = Standing.initial(SELF);
		assertThat(joining.roleSince()).isEqualTo(SELF.joinedAt());
		Instant now = SELF.joinedAt().plusSeconds(5);
		Standing master = joining.withRole(Role.MASTER, 7, now);
		assertThat(master.withSelf(SELF.withState(MemberState.STOPPING)).roleSince()).isEqualTo(now);
	}

	private static Member member(String id, MemberState state, int joined) {
		return new Member(id, id, "test", "web", Role.SLAVE, state, List.of(), 100,
				Instant.parse("2026-01-01T00:00:00Z").plusSeconds(joined), Map.of());
	}

	private static TimeSource at(long nanoTime, long wallMillis) {
		return new TimeSource() {

			@Override
			public long nanoTime() {
				return nanoTime;
			}

			@Override
			public long wallMillis() {
				return wallMillis;
			}

		};
	}

}
