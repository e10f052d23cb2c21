package io.clustercontroller.benchmarks.failover;

import java.time.Duration;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.retry.ExponentialBackoffRetry;

/**
 * The LeaderLatch of Curator, over ZooKeeper. To give up it is closed, and a new one is
 * opened.
 */
final class LatchContestant implements Contestant {

	private final CuratorFramework client;

	private volatile Runnable elected = () -> {
	};

	private LeaderLatch latch;

	LatchContestant(String server, Duration ttl) {
		this.client = connect(server, ttl);
		this.latch = new LeaderLatch(this.client, "/latch");
	}

	static CuratorFramework connect(String server, Duration ttl) {
		CuratorFramework client = CuratorFrameworkFactory.newClient(server, (int) ttl.toMillis(), 2000,
				new ExponentialBackoffRetry(100, 10));
		client.start();
		return client;
	}

	@Override
	public void stand(Runnable elected) throws Exception {
		this.elected = elected;
		open();
	}

	private void open() throws Exception {
		this.latch = new LeaderLatch(this.client, "/latch");
		this.latch.addListener(new LeaderLatchListener() {

			@Override
			public void isLeader() {
				LatchContestant.this.elected.run();
			}

			@Override
			public void notLeader() {
			}

		});
		this.latch.start();
	}

	@Override
	public void giveUp(Runnable over) throws Exception {
		over.run();
		this.latch.close();
		open();
	}

}
