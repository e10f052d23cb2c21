package io.clustercontroller.examples.redis;

import java.util.concurrent.TimeUnit;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.MasterChangedEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Keeps the two servers as the roles of their controllers want it: that of the master
 * leads, the other one follows it. The master tells both, as the other controller may be
 * frozen or gone while its server goes on.
 * <p>
 * Whatever happens, {@link #keep()} looks at what is and does what is missing. The event
 * makes it quick. The repetition makes it sure: a server may not be up yet, or hang.
 */
@Component
@Profile("node")
class ReplicationKeeper {

	private static final Logger logger = LoggerFactory.getLogger(ReplicationKeeper.class);

	private final ClusterController cluster;

	private final ClusterOperations operations;

	private final RedisServer self;

	private final RedisServer peer;

	private @Nullable String problem;

	ReplicationKeeper(ClusterController cluster, ClusterOperations operations, RedisProperties properties) {
		this.cluster = cluster;
		this.operations = operations;
		this.self = properties.self();
		this.peer = properties.peer();
	}

	@EventListener({ BecameMasterEvent.class, MasterChangedEvent.class })
	@Scheduled(fixedDelay = 500, timeUnit = TimeUnit.MILLISECONDS)
	synchronized void keep() {
		try {
			if (this.cluster.isMaster()) {
				this.self.lead();
				this.peer.follow(this.self);
			}
			else if (!this.cluster.self().eligible() && hasAllThatWasAcknowledged()) {
				logger.info("The data of {} are complete: it may be primary from now on", this.self);
				this.operations.setEligible(true);
			}
			this.problem = null;
		}
		catch (JedisException ex) {
			tell(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * What is acknowledged is on both servers. This one may have come back without its
	 * data or with old ones; it has them all when it has been in sync since, or, where
	 * nobody leads, if the other one does not have more. It keeps them from then on: a
	 * server that ends takes its controller with it.
	 */
	private boolean hasAllThatWasAcknowledged() {
		if (this.cluster.master().isEmpty()) {
			return this.self.position().compareTo(this.peer.position()) >= 0;
		}
		return this.self.isInSyncWith(this.peer);
	}

	private void tell(String problem) {
		if (!problem.equals(this.problem)) {
			logger.info("The servers {} and {} are not as they should be yet: {}", this.self, this.peer, problem);
		}
		this.problem = problem;
	}

}
