package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.clustercontroller.Member;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Deadline;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What this instance is and knows at one moment. Immutable; written by the engine, read
 * by everybody.
 *
 * @param self this instance with its announced role and its state
 * @param roleDecided whether the first role has been announced
 * @param token the fencing token of the present or the last mastership
 * @param session the number of the present or the last session
 * @param deadline until when the session may be relied on, or {@code null} without one
 * @param view the cluster as it was last seen; without a master where that is not known
 * @param roleSince since when it has its role
 * @param lastContact when a session was last confirmed, or {@code null} if none was
 */
record Standing(Member self, boolean roleDecided, long token, long session, @Nullable Deadline deadline,
		ClusterView view, Instant roleSince, @Nullable Instant lastContact) {

	static Standing initial(Member self) {
		return new Standing(self, false, 0, 0, null, new ClusterView(0, null, List.of(), false), self.joinedAt(), null);
	}

	boolean isMaster(TimeSource time) {
		Deadline deadline = this.deadline;
		return this.self.role() == Role.MASTER && deadline != null
				&& deadline.isOpen(time.nanoTime(), time.wallMillis());
	}

	/** How long the session may be relied on from now. */
	Duration remaining(TimeSource time) {
		return (this.deadline != null) ? this.deadline.remaining(time) : Duration.ZERO;
	}

	/** All members with this instance as it knows itself, which is ahead of the view. */
	List<Member> members() {
		List<Member> members = new ArrayList<>(others());
		members.add(-1 - Collections.binarySearch(members, this.self, ClusterView.BY_JOINED_AT), this.self);
		return List.copyOf(members);
	}

	List<Member> others() {
		return this.view.members()
			.stream()
			.filter((member) -> !member.instanceId().equals(this.self.instanceId()))
			.toList();
	}

	Standing withSelf(Member self) {
		return new Standing(self, this.roleDecided, this.token, this.session, this.deadline, this.view, this.roleSince,
				this.lastContact);
	}

	Standing withRole(Role role, long token, Instant since) {
		return new Standing(this.self.withRole(role), true, token, this.session, this.deadline, this.view, since,
				this.lastContact);
	}

	/** A session that is confirmed for the first time has no deadline yet. */
	Standing withSession(long session) {
		return (session == this.session) ? this : new Standing(this.self, this.roleDecided, this.token, session, null,
				this.view, this.roleSince, this.lastContact);
	}

	/** The session is over. */
	Standing withoutDeadline() {
		return new Standing(this.self, this.roleDecided, this.token, this.session, null, this.view, this.roleSince,
				this.lastContact);
	}

	/** The session is confirmed. */
	Standing withDeadline(Deadline deadline) {
		return new Standing(this.self, this.roleDecided, this.token, this.session, deadline, this.view, this.roleSince,
				Instant.ofEpochMilli(deadline.wallMillis()));
	}

	Standing withView(ClusterView view) {
		return new Standing(this.self, this.roleDecided, this.token, this.session, this.deadline, view, this.roleSince,
				this.lastContact);
	}

}
