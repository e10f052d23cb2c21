package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another name for a file or a folder: hard links where the file system has them, or else
 * copies.
 */
final class Replica {

	private static final Logger logger = LoggerFactory.getLogger(Replica.class);

	private Replica() {
	}

	/** Link a file, or each file of a folder; what cannot be linked is copied. */
	static void link(Path from, Path to) throws IOException {
		walk(from, to, Replica::linkOrCopy);
	}

	/** Copy, with modes, times and, where this process may do that, owners. */
	static void copy(Path from, Path to) throws IOException {
		walk(from, to, Replica::copyOne);
	}

	/**
	 * Whether it is another name for the same, or a copy of it: then it is as long and as
	 * old.
	 */
	static boolean isOf(Path path, Path original) throws IOException {
		if (!Trees.exists(path) || !Trees.exists(original)) {
			return false;
		}
		BasicFileAttributes one = attributes(path);
		BasicFileAttributes other = attributes(original);
		if (one.isDirectory() || other.isDirectory()) {
			return one.isDirectory() && other.isDirectory();
		}
		return isSame(one, other) || (one.isRegularFile() && one.size() == other.size()
				&& one.lastModifiedTime().equals(other.lastModifiedTime()));
	}

	/** Whether both are the same file, so that its data is there once. */
	static boolean isLinked(Path one, Path other) throws IOException {
		return Trees.exists(one) && isSame(attributes(one), attributes(other));
	}

	private static boolean isSame(BasicFileAttributes one, BasicFileAttributes other) {
		return one.fileKey() != null && Objects.equals(one.fileKey(), other.fileKey());
	}

	private static BasicFileAttributes attributes(Path path) throws IOException {
		return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
	}

	private static void walk(Path from, Path to, Step step) throws IOException {
		Files.walkFileTree(from, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
				copyOne(folder, to(folder));
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				step.accept(file, to(file));
				return FileVisitResult.CONTINUE;
			}

			private Path to(Path path) {
				return path.equals(from) ? to : to.resolve(from.relativize(path));
			}

		});
	}

	private static void linkOrCopy(Path from, Path to) throws IOException {
		try {
			Files.createLink(to, from);
		}
		catch (UnsupportedOperationException | FileSystemException ex) {
			logger.debug("'{}' cannot be linked, and is copied", from, ex);
			copyOne(from, to);
			if (!Files.isSymbolicLink(to)) {
				Trees.sync(to);
			}
		}
	}

	private static void copyOne(Path from, Path to) throws IOException {
		Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
		if (from.getFileSystem().supportedFileAttributeViews().contains("unix")) {
			copyOwner(from, to);
		}
	}

	private static void copyOwner(Path from, Path to) throws IOException {
		Map<String, Object> owner = Files.readAttributes(from, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
		if (owner.equals(Files.readAttributes(to, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS))) {
			return;
		}
		try {
			for (Map.Entry<String, Object> id : owner.entrySet()) {
				Files.setAttribute(to, "unix:" + id.getKey(), id.getValue(), LinkOption.NOFOLLOW_LINKS);
			}
		}
		catch (FileSystemException ex) {
			logger.debug("This process may not give '{}' the owner of '{}'", to, from, ex);
		}
	}

	/** What is done with each file. */
	@FunctionalInterface
	private interface Step {

		void accept(Path from, Path to) throws IOException;

	}

}
