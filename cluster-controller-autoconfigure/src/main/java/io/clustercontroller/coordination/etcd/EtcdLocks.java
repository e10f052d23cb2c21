package io.clustercontroller.coordination.etcd;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.clustercontroller.coordination.LockHolder;
import io.clustercontroller.coordination.etcd.EtcdGateway.Condition;
import io.clustercontroller.coordination.etcd.EtcdGateway.Entry;
import io.clustercontroller.coordination.etcd.EtcdGateway.Operation;

/**
 * The locks of a service, each a key under the lease of its holder that names it. The
 * token is the key's modification revision: the key is written only when it is created. A
 * key without a lease was written by hand and is respected like any other holder's.
 */
final class EtcdLocks {

	private final EtcdGateway gateway;

	private final ServiceKeys keys;

	private final String self;

	private final Executor loop;

	/**
	 * @param self the session's member
	 */
	EtcdLocks(EtcdGateway gateway, ServiceKeys keys, String self, Executor loop) {
		this.gateway = gateway;
		this.keys = keys;
		this.self = self;
		this.loop = loop;
	}

	/**
	 * Create the key if there is none. Where an answer was lost before, the key is there
	 * with the lease of this session.
	 */
	CompletableFuture<LockHolder> lock(String name, long leaseId) {
		String key = this.keys.lock(name);
		return this.gateway
			.transact(List.of(new Condition(key, 0)), List.of(Operation.put(key, this.self, leaseId)),
					List.of(Operation.get(key)))
			.thenApply((outcome) -> {
				if (outcome.succeeded()) {
					return new LockHolder(this.self, outcome.revision(), true);
				}
				Entry entry = outcome.entries().get(0);
				return new LockHolder(entry.value(), entry.modRevision(), entry.leaseId() == leaseId);
			});
	}

	/** Delete the key if it has the lease; a lease cannot be a condition. */
	CompletableFuture<Void> unlock(String name, long leaseId) {
		String key = this.keys.lock(name);
		return this.gateway.get(key).thenComposeAsync((read) -> {
			Entry entry = read.entry();
			if (entry == null || entry.leaseId() != leaseId) {
				return CompletableFuture.completedFuture(null);
			}
			return this.gateway
				.transact(List.of(new Condition(key, entry.modRevision())), List.of(Operation.delete(key)), List.of())
				.thenAccept((outcome) -> {
					// deleted, or by somebody else meanwhile
				});
		}, this.loop);
	}

}
