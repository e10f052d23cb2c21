package io.clustercontroller.coordination;

import java.time.Duration;

/**
 * Told how the machinery of this instance is doing, for those who measure it. A bean, for
 * the parts of the starter; without one nobody is told. Called on the threads that do the
 * work, where nobody can wait: an implementation returns at once and does not throw.
 */
public interface ClusterObserver {

	/** For when nobody wants to know. */
	ClusterObserver NONE = new ClusterObserver() {
	};

	/** A session was confirmed just now. */
	default void confirmed(Confirmation confirmation) {
	}

	/** A session could not be confirmed; told for each attempt. */
	default void missed() {
	}

	/** A session has begun to watch the cluster, for the first time or again. */
	default void watching() {
	}

	/**
	 * An event was heard by all its listeners.
	 * @param delay how long that took from when it was published
	 */
	default void heard(Duration delay) {
	}

}
