package io.clustercontroller.filelock;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * A path is no folder that can be locked.
 */
class UnlockableFolderException extends FilesystemLockException {

	private static final long serialVersionUID = 1L;

	private final String reason;

	/**
	 * @param reason what is wrong, as a clause to follow a colon, without a full stop
	 */
	UnlockableFolderException(Path folder, String reason, String remedy, @Nullable Throwable cause) {
		super("The folder '" + folder + "' cannot be locked: " + reason + ".", remedy, cause);
		this.reason = reason;
	}

	String getReason() {
		return this.reason;
	}

}
