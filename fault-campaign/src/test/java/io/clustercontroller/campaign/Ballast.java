package io.clustercontroller.campaign;

import java.io.UncheckedIOException;
import java.time.Duration;

import io.clustercontroller.testing.EtcdCluster;
import io.clustercontroller.testing.EtcdProcess;
import org.awaitility.Awaitility;

/**
 * What fills an etcd up to its quota, beside the keys of the service.
 */
final class Ballast {

	private static final String PREFIX = "/ballast/";

	/** Below the 1.5 MB that etcd accepts in a request. */
	private static final String PIECE = "x".repeat(1 << 20);

	private static final int MOST_PIECES = 40;

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final EtcdCluster etcd;

	private long compacted;

	Ballast(EtcdCluster etcd) {
		this.etcd = etcd;
	}

	/** Write until etcd refuses. Returns whether it has come to that. */
	boolean fill() {
		EtcdProcess node = this.etcd.leader();
		for (int i = 0; i < MOST_PIECES; i++) {
			try {
				node.put(PREFIX + i, PIECE);
			}
			catch (IllegalStateException | UncheckedIOException ex) {
				if (node.isOutOfSpace()) {
					return true;
				}
			}
		}
		remove();
		return false;
	}

	/** What an operator does about it, tried until it has worked. */
	void remove() {
		Awaitility.await("space in etcd").atMost(LIMIT).ignoreExceptions().until(() -> {
			EtcdProcess leader = this.etcd.leader();
			if (!leader.keys(PREFIX).isEmpty()) {
				leader.deleteAll(PREFIX);
			}
			long revision = leader.revision();
			if (revision > this.compacted) {
				leader.compact(revision);
				this.compacted = revision;
			}
			this.etcd.members().forEach(EtcdProcess::defragment);
			leader.endOutOfSpace();
			// one that has compacted later than it was defragmented would raise the alarm
			// again
			return !leader.isOutOfSpace() && this.etcd.members().stream().allMatch(Ballast::isSmall);
		});
	}

	private static boolean isSmall(EtcdProcess node) {
		return node.metrics().get("etcd_mvcc_db_total_size_in_bytes") < PIECE.length();
	}

}
