package io.clustercontroller.coordination.etcd;

import java.time.Duration;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far etcd is known to have come, over all sessions. A linearizable read never shows
 * a revision below one that was known when it was sent, unless etcd has lost data: it was
 * restored from a snapshot, or has come back empty. Masters of the lost history may be
 * unaware of it until their next renewal, so nobody becomes master for a TTL. Used on the
 * loop's thread only.
 */
final class EtcdHistory {

	private static final Logger logger = LoggerFactory.getLogger(EtcdHistory.class);

	private final TimeSource time;

	private long revision;

	private boolean distrusted;

	private long distrustedUntil;

	EtcdHistory(TimeSource time) {
		this.time = time;
	}

	/** The highest revision seen. */
	long revision() {
		return this.revision;
	}

	void saw(long revision) {
		this.revision = Math.max(this.revision, revision);
	}

	/**
	 * Check a read.
	 * @param known the highest revision seen when it was sent
	 * @throws DataLostException if etcd has lost data
	 */
	void check(long revision, long known, Duration ttl) {
		if (revision >= known) {
			saw(revision);
			return;
		}
		if (revision < this.revision) {
			this.revision = revision;
			this.distrusted = true;
			this.distrustedUntil = this.time.nanoTime() + ttl.toNanos();
			logger.error("etcd has lost data: it is at revision {} and was at {}. Fencing tokens may begin anew; "
					+ "this instance becomes master after {} at the earliest", revision, known, ttl);
		}
		throw new DataLostException(
				"etcd has lost data: it is at revision %d and was at %d".formatted(revision, known));
	}

	boolean isDistrusted() {
		this.distrusted = this.distrusted && this.time.nanoTime() - this.distrustedUntil < 0;
		return this.distrusted;
	}

	/** etcd is not the one it was: no session that began before can go on. */
	static final class DataLostException extends CoordinationException {

		private static final long serialVersionUID = 1L;

		DataLostException(String message) {
			super(message, null);
		}

	}

}
