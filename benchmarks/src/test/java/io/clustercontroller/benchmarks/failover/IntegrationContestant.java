package io.clustercontroller.benchmarks.failover;

import java.time.Duration;

import org.apache.curator.framework.CuratorFramework;

import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.DefaultCandidate;
import org.springframework.integration.zookeeper.leader.LeaderInitiator;

/**
 * The leader initiator of Spring Integration, over ZooKeeper.
 */
final class IntegrationContestant implements Contestant {

	private final CuratorFramework client;

	private volatile Context leadership;

	IntegrationContestant(String server, Duration ttl) {
		this.client = LatchContestant.connect(server, ttl);
	}

	@Override
	public void stand(Runnable elected) {
		new LeaderInitiator(this.client, new DefaultCandidate() {

			@Override
			public void onGranted(Context context) {
				IntegrationContestant.this.leadership = context;
				elected.run();
			}

		}, "integration").start();
	}

	@Override
	public void giveUp(Runnable over) {
		over.run();
		this.leadership.yield();
	}

}
