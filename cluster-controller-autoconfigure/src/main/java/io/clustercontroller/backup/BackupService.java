package io.clustercontroller.backup;

/**
 * Takes backups. A bean; any thread may call it.
 */
public interface BackupService {

	/**
	 * Take a backup, and return when it is published or has failed. Blocks for as long as
	 * that takes, the timeout at most and some seconds; an interrupt of the calling
	 * thread ends the backup.
	 * <p>
	 * Publishes a {@link io.clustercontroller.event.BackupCompletedEvent} or a
	 * {@link io.clustercontroller.event.BackupFailedEvent}.
	 * @return the new backup, or why it was not for this instance to take one now
	 * @throws BackupException if it has failed; all that existed is as it was
	 * @throws IllegalArgumentException if the request cannot be carried out by anybody
	 */
	BackupResult run(BackupRequest request);

}
