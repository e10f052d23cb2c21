package io.clustercontroller.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * A backup that was taken, checked and published.
 *
 * @param name what it is a backup of
 * @param id unique among the backups of the name, and sorted by time
 * @param startedAt when it began
 * @param duration how long it took until it was checked
 * @param size in bytes
 * @param sha256 the checksum of the file; of a folder, that of all it contains
 * @param folder whether it is a folder, and not a file
 * @param path the file or folder; to be read only
 * @param tiers those that it is filed in
 * @param latest whether it is the newest one
 */
public record Backup(String name, String id, Instant startedAt, Duration duration, long size, String sha256,
		boolean folder, Path path, Set<Tier> tiers, boolean latest) {

	public Backup {
		tiers = Set.copyOf(tiers);
	}

}
