package io.clustercontroller.event;

import java.nio.file.Path;
import java.time.Instant;

/**
 * This instance has lost the lock of a folder that it did not release. Another one may
 * have it soon: what writes there has the step-down margin to stop. Follows one
 * {@link FilesystemLockAcquiredEvent}.
 *
 * @param folder the real path of the folder
 * @param fencingToken the token of the lock
 * @param at when, by the wall clock of this instance
 */
public record FilesystemLockLostEvent(Path folder, long fencingToken, Instant at) {
}
