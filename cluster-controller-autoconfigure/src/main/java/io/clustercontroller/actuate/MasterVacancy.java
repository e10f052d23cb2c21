package io.clustercontroller.actuate;

import java.time.Duration;

import io.clustercontroller.ClusterController;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MasterChangedEvent;
import io.clustercontroller.event.RoleChangeCause;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;

/**
 * How long this instance has known of no master, from its first role on. An instance
 * without a session knows of none.
 */
final class MasterVacancy {

	private final ClusterController cluster;

	private final TimeSource time;

	/** Written by one listener only. */
	private volatile @Nullable Long since;

	MasterVacancy(ClusterController cluster, TimeSource time) {
		this.cluster = cluster;
		this.time = time;
	}

	/** How long it has lasted; zero while there is a master. */
	Duration lasting() {
		Long since = this.since;
		// an event may be late, the view is not
		return (since != null && this.cluster.master().isEmpty()) ? Duration.ofNanos(this.time.nanoTime() - since)
				: Duration.ZERO;
	}

	/** One listener, so that it hears all of them in order. */
	@EventListener({ BecameSlaveEvent.class, MasterChangedEvent.class })
	void heard(Object event) {
		if (event instanceof BecameSlaveEvent became) {
			if (became.cause() == RoleChangeCause.STARTED && this.cluster.master().isEmpty()) {
				begin();
			}
		}
		else if (event instanceof MasterChangedEvent changed) {
			if (changed.master().isEmpty()) {
				begin();
			}
			else {
				this.since = null;
			}
		}
	}

	private void begin() {
		if (this.since == null) {
			this.since = this.time.nanoTime();
		}
	}

}
