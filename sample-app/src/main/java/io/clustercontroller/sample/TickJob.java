package io.clustercontroller.sample;

import io.clustercontroller.ClusterController;
import io.clustercontroller.job.MasterOnly;
import io.clustercontroller.job.Misfire;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * A job that each tick runs once in the service, on the master, whoever that is.
 */
@Component
class TickJob {

	private static final Logger logger = LoggerFactory.getLogger(TickJob.class);

	private final ClusterController cluster;

	TickJob(ClusterController cluster) {
		this.cluster = cluster;
	}

	@MasterOnly(name = "tick", oncePerTick = true, misfire = Misfire.RUN_ONCE)
	@Scheduled(cron = "*/10 * * * * *")
	void tick() {
		// The token goes to whatever must not be written by a master of the past
		this.cluster.fencingToken().ifPresent((token) -> logger.info("This tick is mine, token {}", token));
	}

}
