package io.clustercontroller.history;

import java.util.List;

/**
 * The newest masterships of this service. A bean; it answers from memory, never blocks,
 * and may be asked from any thread, also while the coordinator is away.
 */
public interface ClusterHistory {

	/** How many masterships are kept. */
	int LENGTH = 100;

	/**
	 * The masterships as this instance knows them, the newest one first, {@link #LENGTH}
	 * at most. Empty until they have been read for the first time, a moment after the
	 * instance has joined; a change of the mastership is here a moment after it has
	 * happened. While the coordinator cannot be reached: as they were last read.
	 */
	List<MastershipEntry> masterships();

}
