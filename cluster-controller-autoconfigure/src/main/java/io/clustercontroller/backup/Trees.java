package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What is done to files and to folders with all that they contain alike. Symbolic links
 * are never followed.
 */
final class Trees {

	private static final Set<PosixFilePermission> WRITE = Set.of(PosixFilePermission.OWNER_WRITE,
			PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

	private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

	private Trees() {
	}

	static boolean exists(Path path) {
		return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
	}

	/** All below a folder, in an order that is always the same. */
	static List<Path> list(Path folder) throws IOException {
		try (Stream<Path> entries = Files.walk(folder)) {
			return entries.filter((entry) -> !entry.equals(folder)).sorted().toList();
		}
	}

	/** What is in a folder itself; nothing if there is no folder. */
	static List<Path> children(Path folder) throws IOException {
		try (Stream<Path> entries = Files.list(folder)) {
			return entries.sorted().toList();
		}
		catch (NoSuchFileException ex) {
			return List.of();
		}
	}

	/** The bytes of all files, as far as they can be seen while others write. */
	static long size(Path root) {
		AtomicLong size = new AtomicLong();
		try {
			Files.walkFileTree(root, new SimpleFileVisitor<>() {

				@Override
				public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
					size.addAndGet(attributes.isRegularFile() ? attributes.size() : 0);
					return FileVisitResult.CONTINUE;
				}

				@Override
				public FileVisitResult visitFileFailed(Path file, IOException failure) {
					return FileVisitResult.CONTINUE;
				}

			});
		}
		catch (IOException ex) {
			return size.get();
		}
		return size.get();
	}

	/** Make a folder that only its owner can look into, unless it exists. */
	static void createFolder(Path folder) throws IOException {
		if (!Files.isDirectory(folder)) {
			Files.createDirectory(folder, isPosix(folder)
					? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(OWNER) } : new FileAttribute<?>[0]);
		}
	}

	static void delete(Path root) throws IOException {
		if (!exists(root)) {
			return;
		}
		Files.walkFileTree(root, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
				permit(folder);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Files.delete(file);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
				Files.delete(folder);
				return FileVisitResult.CONTINUE;
			}

		});
	}

	/**
	 * Give each file that has another name elsewhere data of its own: who writes to that
	 * name would write to the backup.
	 */
	static void unshare(Path root) throws IOException {
		if (!root.getFileSystem().supportedFileAttributeViews().contains("unix")) {
			return;
		}
		try (Stream<Path> entries = Files.walk(root)) {
			for (Path file : entries.filter((entry) -> Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS))
				.toList()) {
				if ((int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > 1) {
					Path copy = Files.createTempFile(root.resolveSibling(""), "copy", null);
					Files.delete(copy);
					Replica.copy(file, copy);
					Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
				}
			}
		}
	}

	/**
	 * Take the right to write from all files, as several names may lead to each. A single
	 * file is for its owner only; what is in a folder is as hidden as that.
	 */
	static void protect(Path root) throws IOException {
		if (!isPosix(root)) {
			return;
		}
		if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
			permit(root);
			for (Path entry : list(root)) {
				if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
					permit(entry);
				}
				else if (!Files.isSymbolicLink(entry)) {
					removePermissions(entry, WRITE);
				}
			}
			Files.setPosixFilePermissions(root, OWNER);
			return;
		}
		removePermissions(root, WRITE);
		Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(root);
		permissions.retainAll(OWNER);
		permissions.add(PosixFilePermission.OWNER_READ);
		Files.setPosixFilePermissions(root, permissions);
	}

	/** Give the owner of a copy the right to write back. */
	static void unprotect(Path root) throws IOException {
		if (!isPosix(root)) {
			return;
		}
		try (Stream<Path> entries = Files.walk(root)) {
			for (Path entry : entries.filter((path) -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).toList()) {
				Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(entry);
				permissions.add(PosixFilePermission.OWNER_WRITE);
				Files.setPosixFilePermissions(entry, permissions);
			}
		}
	}

	/** Let what is in a folder be changed by its owner. */
	private static void permit(Path folder) throws IOException {
		if (isPosix(folder)) {
			Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
			if (permissions.addAll(OWNER)) {
				Files.setPosixFilePermissions(folder, permissions);
			}
		}
	}

	private static void removePermissions(Path file, Set<PosixFilePermission> removed) throws IOException {
		Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
		if (permissions.removeAll(removed)) {
			Files.setPosixFilePermissions(file, permissions);
		}
	}

	/** Have what was written to a file, or the names in a folder, on disk. */
	static void sync(Path path) throws IOException {
		if (isPosix(path)) {
			try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
				channel.force(true);
			}
		}
	}

	private static boolean isPosix(Path path) {
		return path.getFileSystem().supportedFileAttributeViews().contains("posix");
	}

}
