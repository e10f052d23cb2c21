package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.clustercontroller.coordination.CoordinationException;
import org.jspecify.annotations.Nullable;

/**
 * The offers that a session has made and the one that it may have got. Used by one
 * thread.
 */
final class Offers {

	private final ServiceFolder folder;

	private final String self;

	private final Map<String, Pending> pending = new LinkedHashMap<>();

	Offers(ServiceFolder folder, String self) {
		this.folder = folder;
		this.self = self;
	}

	/**
	 * Offer the mastership to a member.
	 * @param token the mastership that the session holds, or {@code null}
	 * @param answer completed with the answer by {@link #settle}
	 */
	void make(String instanceId, @Nullable Long token, CompletableFuture<Boolean> answer) throws IOException {
		if (token == null || instanceId.equals(this.self) || !BaseDirectory.isSegment(instanceId)) {
			answer.complete(false);
			return;
		}
		this.folder.exclusively(() -> this.folder.offer(instanceId, new Offer(token, false)));
		Pending former = this.pending.put(instanceId, new Pending(token, answer));
		if (former != null) {
			former.answer().complete(false);
		}
	}

	void withdraw(String instanceId) throws IOException {
		Pending former = this.pending.get(instanceId);
		if (former == null) {
			return;
		}
		remove(instanceId, former.token());
		this.pending.remove(instanceId);
		former.answer().complete(false);
	}

	/** Accept the offer that this session has got, if it still stands. */
	void accept(Snapshot snapshot) throws IOException {
		MasterEntry master = snapshot.master();
		this.folder.exclusively(() -> {
			Offer offer = this.folder.offer(this.self);
			if (offer != null && master != null && offer.token() == master.token()) {
				this.folder.offer(this.self, new Offer(offer.token(), true));
			}
		});
	}

	/**
	 * Whether this session has an offer to answer. Offers of former masters are removed.
	 */
	boolean isOffered(Snapshot snapshot) throws IOException {
		Offer offer = this.folder.offer(this.self);
		if (offer == null) {
			return false;
		}
		MasterEntry master = snapshot.master();
		if (master == null || master.token() != offer.token()) {
			remove(this.self, offer.token());
			return false;
		}
		return !offer.accepted();
	}

	boolean arePending() {
		return !this.pending.isEmpty();
	}

	/** Complete the offers that have been answered or that nobody can answer any more. */
	void settle(Snapshot snapshot, @Nullable Long heldToken) throws IOException {
		for (Iterator<Map.Entry<String, Pending>> entries = this.pending.entrySet().iterator(); entries.hasNext();) {
			Map.Entry<String, Pending> entry = entries.next();
			Pending pending = entry.getValue();
			Offer offer = this.folder.offer(entry.getKey());
			boolean stands = heldToken != null && heldToken == pending.token()
					&& snapshot.living(entry.getKey()) != null;
			boolean accepted = offer != null && offer.accepted();
			if (!stands || offer == null || accepted) {
				remove(entry.getKey(), pending.token());
				entries.remove();
				pending.answer().complete(stands && accepted);
			}
		}
	}

	private void remove(String instanceId, long token) throws IOException {
		this.folder.exclusively(() -> {
			Offer offer = this.folder.offer(instanceId);
			if (offer != null && offer.token() == token) {
				this.folder.removeOffer(instanceId);
			}
		});
	}

	void fail(CoordinationException cause) {
		this.pending.values().forEach((pending) -> pending.answer().completeExceptionally(cause));
		this.pending.clear();
	}

	private record Pending(long token, CompletableFuture<Boolean> answer) {
	}

}
