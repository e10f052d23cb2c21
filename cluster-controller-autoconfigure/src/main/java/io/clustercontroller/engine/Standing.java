package io.clustercontroller.engine;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.clustercontroller.Member;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What this instance is and knows at one moment. Immutable; written by the engine, read
 * by everybody.
 *
 * @param self this instance with its announced role and its state
 * @param roleDecided whether the first role has been announced
 * @param token the fencing token of the present or the last mastership
 * @param deadline until when the session may be relied on, or {@code null} without one
 * @param view the cluster as it was last seen; without a master where that is not known
 */
record Standing(Member self, boolean roleDecided, long token, @Nullable Deadline deadline, ClusterView view) {

	static Standing initial(Member self) {
		return new Standing(self, false, 0, null, new ClusterView(0, null, List.of(), false));
	}

	boolean isMaster(TimeSource time) {
		Deadline deadline = this.deadline;
		return this.self.role() == Role.MASTER && deadline != null
				&& deadline.isOpen(time.nanoTime(), time.wallMillis());
	}

	/** How long the session may be relied on from now. */
	Duration remaining(TimeSource time) {
		Deadline deadline = this.deadline;
		long now = time.nanoTime();
		return (deadline != null && deadline.isOpen(now, time.wallMillis()))
				? Duration.ofNanos(deadline.stepDownAt() - now) : Duration.ZERO;
	}

	/** All members with this instance as it knows itself, which is ahead of the view. */
	List<Member> members() {
		return Stream.concat(others().stream(), Stream.of(this.self)).sorted(ClusterView.BY_JOINED_AT).toList();
	}

	List<Member> others() {
		return this.view.members()
			.stream()
			.filter((member) -> !member.instanceId().equals(this.self.instanceId()))
			.toList();
	}

	Standing withSelf(Member self) {
		return new Standing(self, this.roleDecided, this.token, this.deadline, this.view);
	}

	Standing withRole(Role role, long token) {
		return new Standing(this.self.withRole(role), true, token, this.deadline, this.view);
	}

	Standing withDeadline(@Nullable Deadline deadline) {
		return new Standing(this.self, this.roleDecided, this.token, deadline, this.view);
	}

	Standing withView(ClusterView view) {
		return new Standing(this.self, this.roleDecided, this.token, this.deadline, view);
	}

}
