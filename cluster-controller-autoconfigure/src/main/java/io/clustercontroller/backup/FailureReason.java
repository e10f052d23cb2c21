package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

import io.clustercontroller.filelock.FilesystemLockException;

/**
 * Says in a clause why a run has failed.
 */
final class FailureReason {

	private FailureReason() {
	}

	static String of(Throwable failure) {
		if (failure instanceof AccessDeniedException denied) {
			return "permission denied for '" + denied.getFile() + "'";
		}
		if (failure instanceof FileSystemException failed && failed.getReason() != null) {
			return failed.getReason() + " ('" + failed.getFile() + "')";
		}
		boolean speaking = failure instanceof IOException || failure instanceof FilesystemLockException;
		return (speaking && failure.getMessage() != null) ? failure.getMessage() : failure.toString();
	}

}
