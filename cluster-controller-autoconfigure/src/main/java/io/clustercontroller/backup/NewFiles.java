package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * What is newly written into a folder: files and folders directly in it that were not
 * there before, or have changed. Symbolic links, hidden files, locks and the folders of
 * backups do not count.
 *
 * @param before what was there, as it was
 */
record NewFiles(Path folder, Map<Path, Mark> before) {

	/** What the lock of a folder is told in, by us and by the predecessor. */
	private static final String LOCK = "lock";

	/** Remember what is there now. */
	static NewFiles since(Path folder) throws IOException {
		return new NewFiles(folder, marks(folder));
	}

	/**
	 * Move what is new now: one entry to the path itself, several into a folder there.
	 * Nothing is at that path afterwards if nothing is new.
	 * @param moved is given each entry before it is moved, and where it is moved to
	 */
	void moveTo(Path target, BiConsumer<Path, Path> moved) throws IOException {
		Map<Path, Mark> now = marks(this.folder);
		List<Path> found = now.entrySet()
			.stream()
			.filter((entry) -> !entry.getValue().equals(this.before.get(entry.getKey())))
			.map(Map.Entry::getKey)
			.sorted()
			.toList();
		if (found.size() == 1) {
			moved.accept(found.get(0), target);
			move(found.get(0), target);
			return;
		}
		if (!found.isEmpty()) {
			Trees.createFolder(target);
		}
		for (Path path : found) {
			moved.accept(path, target.resolve(path.getFileName()));
			move(path, target.resolve(path.getFileName()));
		}
	}

	/** Move an entry back, unless something stands there again. */
	static void moveBack(Path from, Path moved) throws IOException {
		if (Trees.exists(moved) && !Trees.exists(from)) {
			Trees.unprotect(moved);
			move(moved, from);
		}
	}

	private static void move(Path from, Path to) throws IOException {
		try {
			Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (AtomicMoveNotSupportedException ex) {
			Replica.copy(from, to);
			Trees.delete(from);
		}
	}

	private static Map<Path, Mark> marks(Path folder) throws IOException {
		if (!Files.isDirectory(folder)) {
			throw new IOException("'" + folder + "', of which to collect what is new, is not a folder");
		}
		Map<Path, Mark> marks = new HashMap<>();
		for (Path path : Trees.children(folder)) {
			String name = path.getFileName().toString();
			if (name.startsWith(".") || name.equals(LOCK)) {
				continue;
			}
			if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
					|| (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && !BackupFolder.isOne(path))) {
				Mark mark = Mark.of(path);
				if (!mark.files().isEmpty()) {
					marks.put(path, mark);
				}
			}
		}
		return marks;
	}

	/**
	 * By which a change is noticed.
	 *
	 * @param files each file that is there, as it is
	 */
	record Mark(Set<Entry> files) {

		static Mark of(Path root) throws IOException {
			Set<Entry> files = new HashSet<>();
			Files.walkFileTree(root, new SimpleFileVisitor<>() {

				@Override
				public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
					files.add(new Entry(file, attributes.fileKey(), attributes.size(), attributes.lastModifiedTime()));
					return FileVisitResult.CONTINUE;
				}

			});
			return new Mark(files);
		}

	}

	/**
	 * A file as it is.
	 */
	record Entry(Path path, @Nullable Object key, long size, FileTime modified) {
	}

}
