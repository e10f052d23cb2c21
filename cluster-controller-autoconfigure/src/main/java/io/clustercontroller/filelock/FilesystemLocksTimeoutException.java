package io.clustercontroller.filelock;

import java.nio.file.Path;

/**
 * The lock of a folder was not to be had in time, so that the application does not start.
 */
class FilesystemLocksTimeoutException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * @param timeout how long it was waited
	 * @param obstacle what was in the way last
	 */
	FilesystemLocksTimeoutException(Path folder, String timeout, String obstacle) {
		super("The lock of '%s' was not to be had within %s: %s.".formatted(folder, timeout,
				obstacle.replaceAll("\\.$", "")));
	}

}
