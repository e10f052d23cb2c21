package io.clustercontroller.event;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * A backup was taken, checked and published.
 *
 * @param name what it is a backup of
 * @param id unique among the backups of the name
 * @param path the file or folder; to be read only
 * @param size in bytes
 * @param sha256 its checksum
 * @param duration how long it took until it was checked
 * @param dropped how many older backups of the name were dropped after it
 * @param startedAt when it began, by the wall clock of this instance
 */
public record BackupCompletedEvent(String name, String id, Path path, long size, String sha256, Duration duration,
		int dropped, Instant startedAt) {
}
