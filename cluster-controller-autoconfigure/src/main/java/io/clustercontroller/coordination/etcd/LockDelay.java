package io.clustercontroller.coordination.etcd;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.coordination.etcd.EtcdGateway.Entry;
import io.clustercontroller.coordination.etcd.EtcdGateway.Lease;
import org.jspecify.annotations.Nullable;

/**
 * The time for which a mastership is nobody's after its lease has ended, where etcd may
 * have ended it too early: the old master may be alive, and may act until its own
 * deadline. That comes within a TTL after the end of the lease, as its last renewal was
 * confirmed before; all members of a service are taken to have the same TTL. Chubby and
 * Consul have it by this name. Used on the loop's thread only.
 */
final class LockDelay {

	private final ServiceMirror mirror;

	private final TimeSource time;

	private long leaseId;

	private long ttl;

	private @Nullable Entry lastMaster;

	private boolean vacant;

	private long vacantSince;

	private boolean givenUp;

	LockDelay(ServiceMirror mirror, TimeSource time) {
		this.mirror = mirror;
		this.time = time;
	}

	/** This is the lease of the session. */
	void begin(Lease lease) {
		this.leaseId = lease.id();
		this.ttl = TimeUnit.SECONDS.toNanos(lease.ttlSeconds());
	}

	/**
	 * Take a look at the mirror.
	 * @return for how many nanoseconds from now the delay lasts; 0 while there is a
	 * master, or if the last one was this session or has given the mastership up while
	 * its lease went on. A session that has seen no master yet does not know how the last
	 * one has ended
	 */
	long remaining() {
		Entry last = this.mirror.lastMaster();
		boolean wasVacant = this.vacant && Objects.equals(last, this.lastMaster);
		this.vacant = this.mirror.isVacant();
		this.lastMaster = last;
		if (!this.vacant) {
			return 0;
		}
		if (!wasVacant) {
			this.vacantSince = this.time.nanoTime();
			this.givenUp = false;
		}
		this.givenUp |= last != null && (last.leaseId() == this.leaseId || this.mirror.isLeaseAlive(last));
		return this.givenUp ? 0 : Math.max(0, this.vacantSince + this.ttl - this.time.nanoTime());
	}

}
