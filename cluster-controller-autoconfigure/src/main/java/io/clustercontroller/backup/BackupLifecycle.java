package io.clustercontroller.backup;

import java.util.EnumSet;

import io.clustercontroller.ClusterTimings;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.event.StoppingEvent;

import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

/**
 * Ends backups with the role that they are taken in, and with the instance. The next
 * master, and the end of this instance, wait for that as far as the cluster lets them.
 */
final class BackupLifecycle {

	/** A backup may need it. */
	private static final int BEFORE_THE_SERVICE = 0;

	private final BackupRunner runner;

	private final ClusterTimings timings;

	private final TimeSource time;

	BackupLifecycle(BackupRunner runner, ClusterTimings timings, TimeSource time) {
		this.runner = runner;
		this.timings = timings;
		this.time = time;
	}

	@EventListener
	@Order(BEFORE_THE_SERVICE)
	void becameSlave(BecameSlaveEvent event) {
		boolean lost = event.cause() == RoleChangeCause.SESSION_LOST;
		this.runner.cancel(EnumSet.of(RunOn.MASTER), "this instance is not the master any more",
				this.time.remaining(event.at(), lost ? this.timings.lossLimit() : this.timings.workLimit()));
	}

	@EventListener
	@Order(BEFORE_THE_SERVICE)
	void becameMaster(BecameMasterEvent event) {
		this.runner.cancel(EnumSet.of(RunOn.SLAVE), "this instance has become the master", this.timings.workLimit());
	}

	@EventListener
	@Order(BEFORE_THE_SERVICE)
	void stopping(StoppingEvent event) {
		this.runner.stop(this.time.remaining(event.at(), event.limit()));
	}

}
