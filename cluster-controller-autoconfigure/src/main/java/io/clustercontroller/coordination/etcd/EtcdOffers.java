package io.clustercontroller.coordination.etcd;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.etcd.EtcdGateway.Condition;
import io.clustercontroller.coordination.etcd.EtcdGateway.Operation;
import io.clustercontroller.coordination.etcd.EtcdGateway.Outcome;

/**
 * The offers of one master to other members: a key for each, which the other deletes to
 * accept. Used on the loop's thread only.
 */
final class EtcdOffers {

	private final EtcdGateway gateway;

	private final ServiceKeys keys;

	private final ServiceMirror mirror;

	private final Executor loop;

	private final Map<String, Offer> open = new HashMap<>();

	EtcdOffers(EtcdGateway gateway, ServiceKeys keys, ServiceMirror mirror, Executor loop) {
		this.gateway = gateway;
		this.keys = keys;
		this.mirror = mirror;
		this.loop = loop;
	}

	CompletableFuture<Boolean> make(String instanceId, String master, long leaseId) {
		Operation put = Operation.put(this.keys.offer(instanceId), master, leaseId);
		Offer offer = new Offer(this.gateway.transact(List.of(), List.of(put), List.of()).thenApply(Outcome::revision));
		this.open.put(instanceId, offer);
		return offer.made.thenComposeAsync((revision) -> {
			offer.revision = revision;
			collectAnswers();
			return offer.accepted;
		}, this.loop);
	}

	CompletableFuture<Void> withdraw(String instanceId) {
		Offer offer = this.open.remove(instanceId);
		if (offer == null) {
			return CompletableFuture.completedFuture(null);
		}
		offer.accepted.complete(false);
		String key = this.keys.offer(instanceId);
		// a later offer must not be taken for accepted because this overtakes or follows
		// it
		return offer.made
			.thenCompose((revision) -> this.gateway.transact(List.of(new Condition(key, revision)),
					List.of(Operation.delete(key)), List.of()))
			.thenApply((done) -> null);
	}

	/**
	 * An offer that was there and is gone has been accepted; a member that is gone
	 * accepts none.
	 */
	void collectAnswers() {
		this.open.forEach((instanceId, offer) -> {
			boolean seen = offer.revision != 0 && this.mirror.revision() >= offer.revision;
			if (seen && this.mirror.member(instanceId) == null) {
				offer.accepted.complete(false);
			}
			else if (seen && this.mirror.offer(instanceId) == null) {
				offer.accepted.complete(true);
			}
		});
		this.open.values().removeIf((offer) -> offer.accepted.isDone());
	}

	void end(CoordinationException cause) {
		this.open.values().forEach((offer) -> offer.accepted.completeExceptionally(cause));
		this.open.clear();
	}

	/** An offer that has not been answered yet. */
	private static final class Offer {

		private final CompletableFuture<Long> made;

		private final CompletableFuture<Boolean> accepted = new CompletableFuture<>();

		/** The revision at which it was made, or 0 before that is known. */
		private long revision;

		/**
		 * @param made the revision at which it is made, as soon as that is known
		 */
		Offer(CompletableFuture<Long> made) {
			this.made = made;
		}

	}

}
