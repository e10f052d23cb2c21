package io.clustercontroller.coordination;

/**
 * Told about one session, by one thread at a time, in order. An implementation hands over
 * to a thread of its own and returns; it neither blocks nor throws.
 */
public interface SessionListener {

	/** The session is known to be valid for some time, counted from an instant given. */
	void confirmed(Confirmation confirmation);

	/**
	 * The session could not be confirmed; this is tried again until it is, or ends.
	 * @param cause why; told once until the next confirmation
	 */
	void doubted(CoordinationException cause);

	/**
	 * This is what the cluster looks like now. The first view says: the member has
	 * joined.
	 */
	void viewed(ClusterView view);

	/**
	 * The session has ended, or could not be opened. Nothing follows.
	 * @param cause why; a {@link CoordinationRefusedException} if it is no use to try
	 * again unchanged
	 */
	void ended(CoordinationException cause);

}
