package io.clustercontroller.backup;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What backups there are. A bean; any thread may call it. Every method reads the folders
 * anew, so that it also sees what other instances have published.
 */
public interface BackupCatalog {

	/** The names of which there are backups, in alphabetical order. */
	List<String> names();

	/**
	 * The good backups of a name, the newest first: published as a whole, and of the size
	 * they had then. Their content is not read; see {@link #verify}.
	 */
	List<Backup> list(String name);

	/** The newest good backup of a name that is not dated in the future. */
	Optional<Backup> newest(String name);

	/**
	 * What a run would keep and drop now, and why, the oldest first. Changes nothing.
	 */
	List<RetentionVerdict> plan(String name);

	/**
	 * Read a backup, and each of its copies where its tiers have copies, to the end.
	 * @throws BackupException if it is not what was published, or cannot be read; says
	 * which file
	 */
	void verify(Backup backup);

	/**
	 * Copy a backup to a path where nothing is yet. It appears there when all of it has
	 * been written, and its checksum is right; it can be written to.
	 * @throws BackupException if there is something, or if it cannot be done
	 */
	void restore(Backup backup, Path target);

}
