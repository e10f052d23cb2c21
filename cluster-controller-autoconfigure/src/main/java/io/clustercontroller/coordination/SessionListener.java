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

	/** The session could not be confirmed; told for each attempt, for those who count. */
	default void missed() {
	}

	/**
	 * The session has begun to watch the cluster, for the first time or again; told for
	 * those who count. Without a watch it is never told.
	 */
	default void watching() {
	}

	/**
	 * A {@linkplain Records record} of the service has been written, by whomever. A hint,
	 * for those who would otherwise have to read again and again: it may come late,
	 * repeatedly or not at all, and says nothing of deletions.
	 * @param name the record's name
	 * @param version the version that was written, or a later one
	 */
	default void recordWritten(String name, long version) {
	}

}
