package io.clustercontroller.filelock;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.clustercontroller.coordination.InstanceLocks;
import io.clustercontroller.coordination.LockHolder;

/**
 * The lock goes with the instance's session: it is held while the session in which it was
 * taken may be relied on.
 */
final class SessionArbiter implements Arbiter {

	/** A request has an end of its own, which is earlier. */
	private static final Duration RELEASE_LIMIT = Duration.ofSeconds(4);

	private final LockedFolder folder;

	private final InstanceLocks locks;

	/** The session that was asked last, which may hold the lock. */
	private long asked;

	SessionArbiter(LockedFolder folder, InstanceLocks locks) {
		this.folder = folder;
		this.locks = locks;
	}

	@Override
	public Attempt take(Duration patience) {
		long session = this.locks.session();
		this.asked = session;
		LockHolder holder = await(this.locks.acquire(session, this.folder.name()), patience);
		return holder.held() ? Attempt.won(new SessionClaim(this.locks, session, holder.token()))
				: Attempt.lost("'%s' with token %d".formatted(holder.instanceId(), holder.token()));
	}

	/** What another session held has gone with it. */
	@Override
	public void giveUp() {
		if (this.asked != 0 && this.asked == this.locks.session()) {
			await(this.locks.release(this.asked, this.folder.name()), RELEASE_LIMIT);
		}
	}

	private <T> T await(CompletionStage<T> stage, Duration limit) {
		try {
			return stage.toCompletableFuture().get(limit.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			throw noAnswer(String.valueOf(cause.getMessage()), cause);
		}
		catch (TimeoutException ex) {
			throw noAnswer("no answer in time", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw noAnswer("interrupted", ex);
		}
	}

	private FilesystemLockException noAnswer(String reason, Throwable cause) {
		return new FilesystemLockException(
				"It cannot be said who has the lock of '" + this.folder.path() + "': " + reason + ".",
				"Check that the coordinator runs and can be reached from here, and try again.", cause);
	}

	/** A later session of the same instance does not hold what this one did. */
	private record SessionClaim(InstanceLocks locks, long session, long token) implements Claim {

		@Override
		public Duration remaining() {
			return this.locks.remaining(this.session);
		}

	}

}
