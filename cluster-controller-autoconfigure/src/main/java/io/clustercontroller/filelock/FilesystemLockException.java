package io.clustercontroller.filelock;

import org.jspecify.annotations.Nullable;

/**
 * The lock of a folder can be neither taken nor refused: the folder is missing or cannot
 * be written, or nobody has answered.
 */
public class FilesystemLockException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String remedy;

	/**
	 * @param message what is wrong with which folder, in whole sentences
	 * @param remedy what the user can do, in whole sentences
	 */
	public FilesystemLockException(String message, String remedy, @Nullable Throwable cause) {
		super(message, cause);
		this.remedy = remedy;
	}

	public String getRemedy() {
		return this.remedy;
	}

}
