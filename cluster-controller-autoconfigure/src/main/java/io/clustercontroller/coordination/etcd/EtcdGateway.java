package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.CoordinationRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * The few requests made of etcd. None blocks, each ends within a deadline, on a thread of
 * the gateway's. A future fails with {@link CoordinationException} when the outcome is
 * not known, with {@link LeaseGoneException} when a lease does not exist, and with
 * {@link CoordinationRefusedException} when etcd refuses the user.
 */
interface EtcdGateway extends AutoCloseable {

	/** Where etcd is, for log lines. */
	String description();

	/** Whether there are several members of etcd, which may have to elect a leader. */
	boolean isClustered();

	/** How long a call may take, apart from the first one. */
	void limitCalls(Duration limit);

	/**
	 * Look at the versions of etcd's members, and warn of one with a known defect.
	 * @param told called for each that has answered
	 */
	void checkVersions(Runnable told);

	/** Whether leases may end that are alive, as far as the versions are known. */
	boolean mayEndLiveLeases();

	CompletableFuture<Lease> grant(long ttlSeconds);

	/** Renew a lease once. */
	CompletableFuture<Lease> keepAlive(long leaseId);

	CompletableFuture<Void> revoke(long leaseId);

	/** Read one key, linearizable. */
	CompletableFuture<Reading> get(String key);

	/**
	 * If all conditions hold do the one, else the other. Without conditions and with
	 * reads only it is a linearizable read of several ranges at one revision.
	 */
	CompletableFuture<Outcome> transact(List<Condition> conditions, List<Operation> then, List<Operation> otherwise);

	/**
	 * Watch all keys with a prefix.
	 * @param fromRevision the first revision to tell of
	 * @return ends the watch; calls that are under way may still come
	 */
	Runnable watch(String prefix, long fromRevision, WatchListener listener);

	@Override
	void close();

	/**
	 * Told what has changed. Must not block or throw.
	 */
	interface WatchListener {

		void changed(List<Change> changes);

		/** The watch has ended and tells nothing more; events may have been lost. */
		void broken(String reason);

	}

	/**
	 * A lease as etcd granted or renewed it.
	 *
	 * @param id its id
	 * @param ttlSeconds for how long
	 * @param raftTerm the raft term of the member that answered
	 */
	record Lease(long id, long ttlSeconds, long raftTerm) {
	}

	/** A key with its value. A lease of 0 is none. */
	record Entry(String key, String value, long leaseId, long createRevision, long modRevision) {
	}

	/** One change: a key that was put, or deleted where there is no entry. */
	record Change(String key, @Nullable Entry entry, long revision) {
	}

	/** What was read, at which revision and in which raft term. */
	record Reading(long revision, long raftTerm, @Nullable Entry entry) {
	}

	/** What a transaction did. The reads of all its get operations in one list. */
	record Outcome(boolean succeeded, long revision, List<Entry> entries) {
	}

	/**
	 * A condition of a transaction: the key's creation or modification has this revision.
	 * A revision of 0 says that the key does not exist.
	 */
	record Condition(String key, long modRevision) {
	}

	/**
	 * One operation of a transaction.
	 *
	 * @param kind what it does
	 * @param key the key, or the prefix of all keys to read
	 * @param value what to put
	 * @param leaseId the lease of a put; 0 makes the key permanent
	 */
	record Operation(Kind kind, String key, String value, long leaseId) {

		enum Kind {

			PUT, DELETE, GET, GET_PREFIX

		}

		/** Put a key that goes with a lease. Without one it would stay for ever. */
		static Operation put(String key, String value, long leaseId) {
			if (leaseId == 0) {
				throw new IllegalArgumentException("No lease for '" + key + "'");
			}
			return new Operation(Kind.PUT, key, value, leaseId);
		}

		static Operation putForever(String key, String value) {
			return new Operation(Kind.PUT, key, value, 0);
		}

		static Operation delete(String key) {
			return new Operation(Kind.DELETE, key, "", 0);
		}

		static Operation get(String key) {
			return new Operation(Kind.GET, key, "", 0);
		}

		static Operation getPrefix(String prefix) {
			return new Operation(Kind.GET_PREFIX, prefix, "", 0);
		}

	}

	/** The lease does not exist, or exists no more. */
	final class LeaseGoneException extends CoordinationException {

		private static final long serialVersionUID = 1L;

		LeaseGoneException(@Nullable Throwable cause) {
			super("the lease has expired", cause);
		}

	}

}
