package io.clustercontroller.integration;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.RoleChangeCause;

import org.springframework.context.event.EventListener;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.event.LeaderEventPublisher;

/**
 * Publishes a leader event of Spring Integration for each change of role. From who begins
 * as slave there is nothing to revoke.
 */
final class LeaderEvents {

	private final LeaderEventPublisher publisher;

	private final MasterContext context;

	LeaderEvents(LeaderEventPublisher publisher, ClusterController cluster, ClusterOperations operations, String role) {
		this.publisher = publisher;
		this.context = new MasterContext(cluster, operations, role);
	}

	@EventListener
	void becameMaster(BecameMasterEvent event) {
		this.publisher.publishOnGranted(this, this.context, this.context.getRole());
	}

	@EventListener
	void becameSlave(BecameSlaveEvent event) {
		if (event.cause() == RoleChangeCause.STARTED) {
			return;
		}
		this.publisher.publishOnRevoked(this, this.context, this.context.getRole());
	}

	/** What Spring Integration knows of a leader. */
	private record MasterContext(ClusterController cluster, ClusterOperations operations,
			String role) implements Context {

		@Override
		public boolean isLeader() {
			return this.cluster.isMaster();
		}

		@Override
		public void yield() {
			this.operations.stepDown();
		}

		@Override
		public String getRole() {
			return this.role;
		}

	}

}
