package io.clustercontroller.filelock;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what to check when the lock of a folder was not to be had in time.
 */
class FilesystemLocksTimeoutFailureAnalyzer extends AbstractFailureAnalyzer<FilesystemLocksTimeoutException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, FilesystemLocksTimeoutException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"""
						Stop the instance that holds the lock, or raise '%s': with 365d this instance stands by until the holder \
						leaves. Remove the folder from '%s' if several instances may use it at a time."""
					.formatted(FilesystemLocksProperties.TIMEOUT, FilesystemLocksProperties.NAME),
				cause);
	}

}
