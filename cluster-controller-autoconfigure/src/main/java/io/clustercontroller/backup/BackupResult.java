package io.clustercontroller.backup;

import java.util.List;

/**
 * What has become of a request for a backup. One that has failed has no result: it throws
 * a {@link BackupException}.
 */
public sealed interface BackupResult {

	/** What the backup is of. */
	String name();

	/**
	 * There is a new backup.
	 *
	 * @param backup the new one
	 * @param retention what has become of all backups of this name, the oldest first; in
	 * a dry run, what would have
	 * @param dryRun whether nothing was dropped
	 */
	record Completed(Backup backup, List<RetentionVerdict> retention, boolean dryRun) implements BackupResult {

		public Completed {
			retention = List.copyOf(retention);
		}

		@Override
		public String name() {
			return this.backup.name();
		}

	}

	/**
	 * It was not for this instance to take one, or not now.
	 *
	 * @param reason why, as a clause
	 */
	record Skipped(String name, String reason) implements BackupResult {
	}

}
