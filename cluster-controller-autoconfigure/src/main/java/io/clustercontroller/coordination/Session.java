package io.clustercontroller.coordination;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.clustercontroller.Member;

/**
 * The presence of one member in its service, from joining until it leaves or the session
 * ends. A session that has ended never comes back; the member joins anew.
 * <p>
 * Every method returns at once. A stage that fails does so with
 * {@link CoordinationException}; what it stood for may have happened nevertheless. What
 * did happen appears in a {@linkplain SessionListener#viewed view} sooner or later, and
 * that alone decides. After the end of the session every stage fails.
 */
public interface Session {

	/**
	 * Try to become master where there is none. Never waits for the present master to
	 * leave. The outcome appears in a view before the stage completes.
	 * <p>
	 * Does nothing while the service is paused, however late this session sees that: a
	 * pause that is written before the mastership is won keeps it from being won.
	 */
	CompletionStage<Void> acquire();

	/**
	 * Ask a member whether it would take the mastership over. Only the master may ask.
	 * @param instanceId the member to ask, which sees it in {@link ClusterView#offered()}
	 * @return true as soon as the member has accepted; the caller bounds the wait and
	 * calls {@link #withdraw(String)} when it is no longer interested
	 */
	CompletionStage<Boolean> offer(String instanceId);

	/** Take an unanswered offer back. */
	CompletionStage<Void> withdraw(String instanceId);

	/** Accept the offer seen in {@link ClusterView#offered()}. */
	CompletionStage<Void> accept();

	/**
	 * Pass the mastership on to another member without a moment in which it is free.
	 * @param token the token of the mastership to pass on
	 * @param instanceId the member that shall be master
	 * @return true if that member is master now, with a higher token, which appears in a
	 * view before the stage completes; false if nothing was changed because the
	 * mastership or the member is not what it was
	 */
	CompletionStage<Boolean> handOver(long token, String instanceId);

	/**
	 * Give the mastership up, if this instance still holds it with this token; otherwise
	 * do nothing.
	 * @param token the token of the mastership to give up
	 */
	CompletionStage<Void> release(long token);

	/**
	 * Take a lock of the service that goes with this session. Never waits for its holder
	 * to leave. Asking again for a lock that the session holds changes nothing.
	 * @param name any text of a few hundred characters at most
	 * @return who holds the lock now
	 */
	default CompletionStage<LockHolder> lock(String name) {
		return CompletableFuture.failedStage(new CoordinationException("this coordinator offers no locks", null));
	}

	/** Give a lock up, if this session holds it; otherwise do nothing. */
	default CompletionStage<Void> unlock(String name) {
		return CompletableFuture.failedStage(new CoordinationException("this coordinator offers no locks", null));
	}

	/** Publish a change of the member, such as its state. The last one given wins. */
	CompletionStage<Void> update(Member self);

	/** Confirm the session as soon as possible instead of at the next turn. */
	void renew();

	/**
	 * Leave the service: give up a mastership and all locks, remove the member. The
	 * listener is told nothing more from now on. Completes when it is done, or fails when
	 * it could not be done within a few seconds; the session then ends by itself after
	 * its TTL.
	 */
	CompletionStage<Void> leave();

}
