package io.clustercontroller.filelock;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * One file in a directory of its own. The name of the file is the state of the lock, and
 * to rename it is to change the state on the condition that it is what one takes it for.
 * What the file contains does not matter.
 */
final class LockDirectory {

	static final String NAME = ".cluster-controller-lock";

	private static final String TEMPORARY = ".tmp";

	private final Path folder;

	private final Path path;

	LockDirectory(Path folder) {
		this.folder = folder;
		this.path = folder.resolve(NAME);
	}

	/**
	 * The present state. Empty if there is none yet, or if it changed while the directory
	 * was read.
	 */
	Optional<LockEntry> read() throws IOException {
		if (Files.exists(this.path, LinkOption.NOFOLLOW_LINKS)
				&& !Files.isDirectory(this.path, LinkOption.NOFOLLOW_LINKS)) {
			throw new NotDirectoryException(this.path.toString());
		}
		LockEntry latest = null;
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.path)) {
			for (Path file : files) {
				LockEntry entry = LockEntry.parse(file.getFileName().toString()).orElse(null);
				// the file may be seen under its old and its new name
				if (entry != null && (latest == null || LockEntry.BY_AGE.compare(entry, latest) > 0)) {
					latest = entry;
				}
			}
		}
		catch (NoSuchFileException ex) {
			return Optional.empty();
		}
		catch (DirectoryIteratorException ex) {
			throw ex.getCause();
		}
		return Optional.ofNullable(latest);
	}

	/**
	 * Create the directory with its file in it, unless there is one. A directory is never
	 * renamed to that of another one which has a file in it.
	 */
	void create(LockEntry first) throws IOException {
		Path temporary = this.folder.resolve(NAME + "." + UUID.randomUUID() + TEMPORARY);
		Files.createDirectory(temporary);
		try {
			Files.createFile(temporary.resolve(first.fileName()));
			Files.move(temporary, this.path, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (FileSystemException ex) {
			remove(temporary);
			if (!Files.isDirectory(this.path, LinkOption.NOFOLLOW_LINKS)) {
				throw ex;
			}
		}
	}

	/**
	 * Change the state if it is what it is taken for.
	 * @return whether it was
	 */
	boolean replace(LockEntry expected, LockEntry next) throws IOException {
		Path target = this.path.resolve(next.fileName());
		try {
			Files.move(this.path.resolve(expected.fileName()), target, StandardCopyOption.ATOMIC_MOVE);
			return true;
		}
		catch (NoSuchFileException ex) {
			// a file server may have done it twice, since its first answer was lost
			return Files.exists(target, LinkOption.NOFOLLOW_LINKS);
		}
	}

	/** Let the state outlive a crash of the machine, where that can be asked for. */
	void sync() {
		try (FileChannel channel = FileChannel.open(this.path, StandardOpenOption.READ)) {
			channel.force(true);
		}
		catch (IOException ex) {
			// not every system opens a directory; only tokens may repeat after a crash
		}
	}

	/** Remove what a crash in the middle of {@link #create} has left behind. */
	void sweep() {
		try (DirectoryStream<Path> left = Files.newDirectoryStream(this.folder, NAME + ".*" + TEMPORARY)) {
			left.forEach(LockDirectory::remove);
		}
		catch (IOException | DirectoryIteratorException ex) {
			// it is in nobody's way
		}
	}

	private static void remove(Path temporary) {
		try {
			try (DirectoryStream<Path> files = Files.newDirectoryStream(temporary)) {
				for (Path file : files) {
					Files.deleteIfExists(file);
				}
			}
			Files.deleteIfExists(temporary);
		}
		catch (IOException | DirectoryIteratorException ex) {
			// it is in nobody's way
		}
	}

}
