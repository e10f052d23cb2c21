package io.clustercontroller.filelock;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of one folder as this instance has it, or tries to have it. A thread of its
 * own owns what changes, so that a volume that hangs holds up no other lock; what others
 * read is one immutable {@link Claim}.
 */
final class FolderLock {

	private static final Logger logger = LoggerFactory.getLogger(FolderLock.class);

	/** The pause after an attempt that led to nothing. */
	private static final Duration RETRY = Duration.ofSeconds(1);

	/** How long an attempt waits for an answer; a request to etcd ends earlier. */
	private static final Duration PATIENCE = Duration.ofSeconds(4);

	/**
	 * How long a request without an answer may still have an effect: etcd itself gives
	 * one up after 7 s.
	 */
	private static final Duration DOUBT = Duration.ofSeconds(10);

	private final LockedFolder folder;

	private final Arbiter arbiter;

	private final LockNotice notice;

	private final Duration interval;

	private final LockNews news;

	private final TimeSource time;

	private final LoopThread thread;

	/** Written by the thread only, read by any. */
	private volatile @Nullable Claim claim;

	// the rest belongs to the thread

	private boolean wanted;

	private String obstacle = "";

	private boolean unanswered;

	private long doubtUntil;

	private @Nullable LockWait wait;

	private @Nullable ScheduledFuture<?> nextTurn;

	/**
	 * @param interval how often a lock that is held is confirmed
	 */
	FolderLock(LockedFolder folder, Arbiter arbiter, LockNotice notice, Duration interval, LockNews news,
			TimeSource time) {
		this.folder = folder;
		this.arbiter = arbiter;
		this.notice = notice;
		this.interval = interval;
		this.news = news;
		this.time = time;
		this.doubtUntil = time.nanoTime();
		this.thread = new LoopThread("cluster-filelock-" + folder.name(), true);
	}

	/** The real path. */
	Path folder() {
		return this.folder.path();
	}

	boolean isHeld() {
		Claim claim = this.claim;
		return claim != null && claim.isValid();
	}

	OptionalLong token() {
		Claim claim = this.claim;
		return (claim != null && claim.isValid()) ? OptionalLong.of(claim.token()) : OptionalLong.empty();
	}

	/**
	 * Take the lock if it is free, and keep it.
	 * @return whether it is held now; a caller that completes it first, since it waits no
	 * more, does not get the lock. Fails with {@link FilesystemLockException}
	 */
	CompletableFuture<Boolean> tryAcquire() {
		CompletableFuture<Boolean> answer = new CompletableFuture<>();
		run(answer, () -> {
			boolean held = take();
			boolean heard = answer.complete(held);
			if (held && !this.wanted && !heard) {
				giveUp();
			}
			this.wanted |= held && heard;
		});
		return answer;
	}

	/**
	 * Take the lock, and keep it; if it is not free, try again until it is.
	 * @param limit for how long somebody waits, to be logged
	 * @return the wait until it is held for the first time
	 */
	LockWait keep(Duration limit) {
		LockWait wait = new LockWait(this.folder, limit, this.time);
		run(wait.end(), () -> {
			this.wanted = true;
			this.wait = wait;
			turn();
		});
		return wait;
	}

	/** Give the lock up, and want it no more. */
	CompletableFuture<Void> release() {
		CompletableFuture<Void> done = new CompletableFuture<>();
		run(done, () -> {
			giveUp();
			done.complete(null);
		});
		return done;
	}

	/** End the thread; what it is busy with is interrupted. */
	void close() {
		this.thread.shutdownNow();
	}

	private void run(CompletableFuture<?> result, Runnable task) {
		try {
			this.thread.execute(() -> {
				if (result.isDone()) {
					return;
				}
				try {
					task.run();
				}
				catch (RuntimeException ex) {
					result.completeExceptionally(ex);
				}
				scheduleTurn();
			});
		}
		catch (RejectedExecutionException ex) {
			result.completeExceptionally(new FilesystemLockException(
					"There is no lock of '" + this.folder.path() + "' any more: this instance has stopped.",
					"Ask for locks while the application runs.", ex));
		}
	}

	private void turn() {
		try {
			if (this.wanted) {
				take();
			}
			else {
				withdraw();
			}
		}
		catch (FilesystemLockException ex) {
			noAnswer(ex);
		}
		finally {
			scheduleTurn();
		}
		if (this.wait != null && this.wait.isOver(isHeld(), this.obstacle)) {
			this.wait = null;
		}
	}

	private void scheduleTurn() {
		if (this.nextTurn != null) {
			this.nextTurn.cancel(false);
			this.nextTurn = null;
		}
		boolean doubtful = this.doubtUntil - this.time.nanoTime() > 0;
		if ((this.wanted || doubtful) && !this.thread.isShutdown()) {
			this.nextTurn = this.thread.schedule(this::turn, untilNextTurn().toNanos(), TimeUnit.NANOSECONDS);
		}
	}

	/** At the deadline of the claim at the latest, so that its loss is told in time. */
	private Duration untilNextTurn() {
		Claim claim = this.claim;
		if (claim == null) {
			return RETRY;
		}
		Duration pause = this.unanswered ? shorter(RETRY, this.interval) : this.interval;
		return shorter(pause, claim.remaining().plusMillis(1));
	}

	/** Take the lock, or confirm it. */
	private boolean take() {
		loseUnless(Claim::isValid, "it could not be confirmed in time");
		Attempt attempt;
		try {
			attempt = this.arbiter.take(patience());
		}
		catch (FilesystemLockException ex) {
			doubt();
			throw ex;
		}
		this.unanswered = false;
		Claim next = attempt.claim();
		if (next == null) {
			loseUnless((claim) -> false, attempt.holder() + " has it now");
			this.obstacle = attempt.holder() + " has it";
			return false;
		}
		if (!next.isValid()) {
			doubt();
			throw new FilesystemLockException(
					"The answer about the lock of '" + this.folder.path() + "' came too late to rely on it.",
					"Check that the volume and the coordinator answer within the session's time.", null);
		}
		loseUnless((claim) -> claim.token() == next.token(), "somebody has removed it");
		this.obstacle = "";
		become(next);
		return true;
	}

	/** What the lock is confirmed for must not hide that it is lost. */
	private Duration patience() {
		Claim claim = this.claim;
		return (claim != null) ? shorter(PATIENCE, claim.remaining()) : PATIENCE;
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	private void become(Claim next) {
		Claim former = this.claim;
		this.claim = next;
		if (former == null) {
			this.news.acquired(next.token());
		}
		this.notice.show(next.token());
	}

	private void loseUnless(Predicate<Claim> condition, String reason) {
		Claim former = this.claim;
		if (former != null && !condition.test(former)) {
			this.claim = null;
			this.news.lost(former.token(), reason);
		}
	}

	private void noAnswer(FilesystemLockException failure) {
		this.obstacle = failure.getMessage() + " " + failure.getRemedy();
		if (!this.unanswered) {
			this.unanswered = true;
			logger.warn("{} Trying again each second", this.obstacle);
		}
	}

	private void giveUp() {
		boolean held = this.claim != null;
		this.wanted = false;
		this.claim = null;
		this.wait = null;
		this.notice.remove();
		withdraw();
		if (held) {
			this.news.released();
		}
	}

	/** Also what may have been taken without an answer. */
	private void withdraw() {
		try {
			this.arbiter.giveUp();
		}
		catch (FilesystemLockException ex) {
			logger.debug("Not known whether the lock of '{}' is released", this.folder.path(), ex);
			doubt();
		}
	}

	private void doubt() {
		this.doubtUntil = this.time.nanoTime() + DOUBT.toNanos();
	}

}
