package io.clustercontroller.backup;

import java.util.List;

import io.clustercontroller.OperationRefusedException;

/**
 * Acting on the backups that stand in the configuration, from any instance of the
 * service. A bean.
 */
public interface BackupOperations {

	/** Their names, in the order of the configuration. Answers from memory. */
	List<String> names();

	/**
	 * Let the master take a backup once, as soon as it can, as if it were due. Returns
	 * when that is asked for, not when it is done: what comes of it is told by the events
	 * on the master, and by its job {@code backup-} and the name. Asks the coordinator
	 * and waits for its answer, 5 s at most.
	 * @throws IllegalArgumentException if no backup of this name is configured
	 * @throws OperationRefusedException if its job is paused, or if there is no master
	 * @throws IllegalStateException if the coordinator does not answer; the backup may be
	 * taken nevertheless
	 */
	void runNow(String name);

}
