package io.clustercontroller.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;

import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.engine.Decision.Action;
import org.jspecify.annotations.Nullable;

/**
 * What a decision asks of the session: one thing at a time, and not again at once. Used
 * on the engine's thread only.
 */
final class SessionRequests {

	/** The pause after an attempt that led to nothing. */
	static final Duration RETRY = Duration.ofMillis(250);

	private final Duration patience;

	private final ScheduledExecutorService loop;

	private final TimeSource time;

	private final Runnable answered;

	private boolean pending;

	private long retryAt;

	/**
	 * @param patience how long an answer is waited for
	 * @param answered called when one has come or is waited for no more
	 */
	SessionRequests(Duration patience, ScheduledExecutorService loop, TimeSource time, Runnable answered) {
		this.patience = patience;
		this.loop = loop;
		this.time = time;
		this.answered = answered;
		this.retryAt = time.nanoTime();
	}

	/** Nano time before which nothing is asked again. */
	long retryAt() {
		return this.retryAt;
	}

	/**
	 * Ask, unless an answer is waited for.
	 * @param session the present session, or {@code null} while there is none
	 * @param token the mastership that is seen
	 */
	void make(Action action, @Nullable Session session, long token) {
		if (session == null || this.pending) {
			return;
		}
		if (action == Action.RENEW) {
			session.renew();
			return;
		}
		this.pending = true;
		this.retryAt = this.time.nanoTime() + RETRY.toNanos();
		Bounded.by(this.patience, ask(session, action, token), null, this.loop).thenRun(() -> {
			this.pending = false;
			this.answered.run();
		});
	}

	private static CompletionStage<Void> ask(Session session, Action action, long token) {
		try {
			return switch (action) {
				case ACQUIRE -> session.acquire();
				case ACCEPT -> session.accept();
				case RELEASE -> session.release(token);
				case RENEW -> throw new IllegalArgumentException("Nothing to wait for: " + action);
			};
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

}
