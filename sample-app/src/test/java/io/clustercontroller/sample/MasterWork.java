package io.clustercontroller.sample;

import io.clustercontroller.ClusterController;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

@Component
class MasterWork {

	private static final Logger logger = LoggerFactory.getLogger(MasterWork.class);

	private final ClusterController cluster;

	MasterWork(ClusterController cluster) {
		this.cluster = cluster;
	}

	@EventListener
	void start(BecameMasterEvent event) {
		logger.info("I am master with token {}, because {}", event.fencingToken(), event.cause());
	}

	@EventListener
	void stop(BecameSlaveEvent event) {
		logger.info("I am slave, because {}", event.cause());
	}

	boolean doOnePiece() {
		return this.cluster.isMaster(); // ask right before each piece of work
	}

}
