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

	/** Whether a node has raised the alarm. */
	static boolean isTooMuch(EtcdCluster etcd) {
		return etcd.members().stream().filter(EtcdProcess::isRunning).anyMatch((node) -> {
			try {
				return node.isOutOfSpace();
			}
			catch (IllegalStateException | UncheckedIOException ex) {
				return false;
			}
		});
	}

	/** How large the file of each node is, in bytes. */
	static String sizes(EtcdCluster etcd) {
		return etcd.members().stream().map((node) -> {
			try {
				return "%.0f".formatted(node.metrics().getOrDefault("etcd_mvcc_db_total_size_in_bytes", 0.0));
			}
			catch (IllegalStateException | UncheckedIOException ex) {
				return "unknown";
			}
		}).toList().toString();
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
			return !leader.isOutOfSpace();
		});
	}

}
