package io.clustercontroller.coordination;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The locks of this instance, whatever session it has at the time. A bean, for the parts
 * of the starter. Every method returns at once and may be called from any thread.
 * <p>
 * A lock is bound to the session it was taken in, so it is held while that very session
 * may be relied on, and the numbers tell the sessions apart.
 */
public interface InstanceLocks {

	/** Whether the coordinator {@linkplain Coordinator#offersLocks() offers locks}. */
	boolean isAvailable();

	/** The number of the present or the last session; 0 before the first one. */
	long session();

	/**
	 * How long a session may be relied on if nothing confirms it any more. Zero if it is
	 * not the present one.
	 */
	Duration remaining(long session);

	/**
	 * Take a lock as {@link Session#lock(String)} does. Fails if the session is not the
	 * present one.
	 */
	CompletionStage<LockHolder> acquire(long session, String name);

	/**
	 * Give a lock up as {@link Session#unlock(String)} does. Fails if the session is not
	 * the present one.
	 */
	CompletionStage<Void> release(long session, String name);

}
