package io.clustercontroller.job;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import io.clustercontroller.ClusterController;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Lets work in while this instance has the role for it, and knows what is under way. May
 * be used from any thread; nothing here blocks but {@link #awaitEnd}.
 */
final class Guard {

	private final ClusterController cluster;

	private final TimeSource time;

	private final Set<Run> runs = ConcurrentHashMap.newKeySet();

	Guard(ClusterController cluster, TimeSource time) {
		this.cluster = cluster;
		this.time = time;
	}

	/** Whether work for the role is let in at this moment. */
	boolean isOpen(Role role) {
		return (role == Role.MASTER) ? this.cluster.isMaster() : isWorkingSlave();
	}

	/**
	 * Not simply "no master": that is also an instance that has not joined yet, one that
	 * is leaving, and one whose mastership ends at this moment.
	 */
	private boolean isWorkingSlave() {
		MemberState state = this.cluster.state();
		return this.cluster.role() == Role.SLAVE && (state == MemberState.RUNNING || state == MemberState.ACTIVE);
	}

	/** Whether the role with which the run was let in still lasts. */
	boolean isOpenFor(Run run) {
		if (run.role() == Role.SLAVE) {
			return isWorkingSlave();
		}
		OptionalLong token = this.cluster.fencingToken();
		return token.isPresent() && token.getAsLong() == run.token();
	}

	/**
	 * Let work in. Who gets a run begins and ends it, and calls {@link #leave(Run)} when
	 * all that belongs to it is done.
	 * @return the run, or {@code null} if this instance does not have the role
	 */
	@Nullable Run enter(Role role, boolean interruptible) {
		if (!isOpen(role)) {
			return null;
		}
		long token = (role == Role.MASTER) ? this.cluster.fencingToken().orElse(0) : 0;
		Run run = new Run(this, role, token, interruptible);
		// who closes the guard from now on finds it, and it looks once more as it begins
		this.runs.add(run);
		return run;
	}

	void leave(Run run) {
		run.end();
		this.runs.remove(run);
		run.leave();
	}

	/** Interrupt what is under way, and keep from beginning what is about to. */
	void interrupt(Predicate<Run> which) {
		this.runs.stream().filter(which).forEach(Run::interrupt);
	}

	/**
	 * Wait for the end of what is under way.
	 * @return whether all of it has ended in time
	 */
	boolean awaitEnd(Predicate<Run> which, Duration limit) throws InterruptedException {
		long begun = nanoTime();
		for (Run run : this.runs) {
			if (which.test(run) && !run.awaitEnd(limit.toNanos() - (nanoTime() - begun))) {
				return false;
			}
		}
		return true;
	}

	long nanoTime() {
		return this.time.nanoTime();
	}

}
