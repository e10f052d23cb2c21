package io.clustercontroller.campaign;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.testing.EtcdCluster;
import io.clustercontroller.testing.EtcdProcess;

/**
 * Asks each node of etcd by itself, again and again, whether it leads.
 */
final class NodeWatch implements AutoCloseable {

	private static final long PERIOD_MILLIS = 250;

	private final List<Course.NodeState> states = Collections.synchronizedList(new ArrayList<>());

	private final CountDownLatch end = new CountDownLatch(1);

	NodeWatch(EtcdCluster etcd) {
		for (int i = 0; i < etcd.members().size(); i++) {
			String name = "node" + i;
			EtcdProcess node = etcd.members().get(i);
			Thread thread = new Thread(() -> watch(name, node), "campaign-watch-" + name);
			thread.setDaemon(true);
			thread.start();
		}
	}

	private void watch(String name, EtcdProcess node) {
		String last = "";
		try {
			do {
				long at = System.nanoTime();
				String state = state(node);
				if (!state.equals(last)) {
					this.states.add(new Course.NodeState(name, at, state));
					last = state;
				}
			}
			while (!this.end.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static String state(EtcdProcess node) {
		try {
			return node.isLeader() ? "leader" : "follower";
		}
		catch (UncheckedIOException | IllegalStateException ex) {
			return "silent";
		}
	}

	List<Course.NodeState> states() {
		synchronized (this.states) {
			return List.copyOf(this.states);
		}
	}

	@Override
	public void close() {
		this.end.countDown();
	}

}
