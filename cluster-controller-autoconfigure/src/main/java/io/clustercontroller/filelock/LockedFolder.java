package io.clustercontroller.filelock;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A folder that can be locked.
 *
 * @param path its real path
 * @param name what the lock is called where the containers do not share the folder alone
 */
record LockedFolder(Path path, String name) {

	/** The one spelling of a path, which is found without a look at the disk. */
	static Path normalized(Path folder) {
		return folder.toAbsolutePath().normalize();
	}

	/**
	 * The real path of a folder that can be locked.
	 * @throws UnlockableFolderException if it cannot
	 */
	static Path real(Path folder) {
		Path path;
		try {
			path = normalized(folder).toRealPath();
		}
		catch (NoSuchFileException ex) {
			throw new UnlockableFolderException(folder, "there is no such folder",
					"Create the folder, or mount the volume that it is on.", ex);
		}
		catch (AccessDeniedException ex) {
			throw new UnlockableFolderException(folder, "this process may not enter it",
					"Give the user that this process runs as the right to enter and to write to the folder.", ex);
		}
		catch (IOException ex) {
			throw new UnlockableFolderException(folder, "it cannot be reached: " + ex,
					"Check the volume that it is on.", ex);
		}
		if (!Files.isDirectory(path)) {
			throw new UnlockableFolderException(folder, "it is not a folder", "Name a folder, not a file.", null);
		}
		if (!Files.isWritable(path)) {
			throw new UnlockableFolderException(folder, "this process may not write to it, or it is mounted read-only",
					"Give the user that this process runs as the right to write to the folder, and mount it with 'rw'.",
					null);
		}
		return path;
	}

	/** The name of a lock that was given none. */
	static String nameOf(Path real) {
		String name = real.toString().replaceFirst("^/+", "");
		return name.isEmpty() ? "/" : name;
	}

}
