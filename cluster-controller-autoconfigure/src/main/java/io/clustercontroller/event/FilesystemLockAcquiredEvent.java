package io.clustercontroller.event;

import java.nio.file.Path;
import java.time.Instant;

/**
 * This instance has the lock of a folder: for the first time, or again after it was lost.
 *
 * @param folder the real path of the folder
 * @param fencingToken the token of the lock
 * @param at when, by the wall clock of this instance
 */
public record FilesystemLockAcquiredEvent(Path folder, long fencingToken, Instant at) {
}
