package io.clustercontroller.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;

import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Session;
import org.jspecify.annotations.Nullable;

/**
 * Finds somebody to take the mastership over, by asking one after the other. Who does not
 * answer is passed over: a frozen instance whose session still lives would hold the
 * mastership without using it.
 */
final class Succession {

	/**
	 * How long one candidate is waited for. An answer takes about 10 ms; the rest is for
	 * a machine under load.
	 */
	static final Duration PATIENCE = Duration.ofSeconds(1);

	/** How many are asked, so that the search stays far within the stop timeout. */
	static final int MOST_CANDIDATES = 3;

	private final Session session;

	private final Deque<String> candidates;

	private final ScheduledExecutorService loop;

	private @Nullable String asked;

	Succession(Session session, Collection<String> candidates, ScheduledExecutorService loop) {
		this.session = session;
		this.candidates = new ArrayDeque<>(candidates.stream().limit(MOST_CANDIDATES).toList());
		this.loop = loop;
	}

	/** The first candidate that accepts, or empty if none does. Never fails. */
	CompletionStage<Optional<String>> find() {
		String candidate = this.candidates.poll();
		this.asked = candidate;
		if (candidate == null) {
			return CompletableFuture.completedStage(Optional.empty());
		}
		return Bounded.by(PATIENCE, this.session.offer(candidate), false, this.loop).thenCompose((accepted) -> {
			if (accepted) {
				return CompletableFuture.completedStage(Optional.of(candidate));
			}
			this.session.withdraw(candidate);
			return find();
		});
	}

	/** Do not go on waiting for a candidate that is leaving, or stands no more. */
	void viewed(ClusterView view) {
		String candidate = this.asked;
		if (candidate != null && view.member(candidate).filter(Election::isEligible).isEmpty()) {
			this.session.withdraw(candidate);
		}
	}

}
