package io.clustercontroller.engine;

import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * Everything a decision is made from.
 *
 * @param standing what this instance is
 * @param view the cluster as the present session sees it, or {@code null} without one
 * @param retired the highest token this instance has given up; it never acts on one up to
 * it again
 * @param willing whether this instance wants to be master at all: it is not stopping
 * @param busy whether the work of the last mastership is still being stopped, or the
 * mastership handed over
 * @param vacantSince nano time from which the turns of the candidates count while the
 * view shows no master and the service is not paused
 * @param standingBack whether this instance has handed over a short time ago
 * @param retryAt nano time before which no further attempt is made
 * @param now nano time
 * @param wallMillis wall clock
 */
record Situation(Standing standing, @Nullable ClusterView view, long retired, boolean willing, boolean busy,
		long vacantSince, boolean standingBack, long retryAt, long now, long wallMillis) {

	boolean isPaused() {
		return this.view != null && this.view.pauseAt(this.wallMillis).isPresent();
	}

	boolean isMaster() {
		return this.standing.self().role() == Role.MASTER;
	}

	boolean isDeadlineOver() {
		Deadline deadline = this.standing.deadline();
		return deadline == null || deadline.isOver(this.now);
	}

	boolean isSuspect() {
		Deadline deadline = this.standing.deadline();
		return deadline != null && deadline.isSuspect(this.now, this.wallMillis);
	}

}
