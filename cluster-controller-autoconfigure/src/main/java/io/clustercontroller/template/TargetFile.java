package io.clustercontroller.template;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Arrays;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is replaced as a whole: whoever reads it sees what it was, or what it is to
 * be.
 *
 * @param path the file itself, never a symbolic link to it
 */
record TargetFile(Path path) {

	private static final Logger logger = LoggerFactory.getLogger(TargetFile.class);

	/** As many as Linux follows. */
	private static final int MOST_LINKS = 40;

	/**
	 * Find the file that a path leads to, which need not exist.
	 * @throws IOException if it can be no file
	 */
	static TargetFile of(Path target) throws IOException {
		Path path = target.toAbsolutePath();
		for (int links = 0; Files.isSymbolicLink(path); links++) {
			if (links == MOST_LINKS) {
				throw new FileSystemException(target.toString(), null, "its symbolic links have no end");
			}
			path = path.resolveSibling(Files.readSymbolicLink(path));
		}
		if (Files.exists(path) && !Files.isRegularFile(path)) {
			throw new FileSystemException(path.toString(), null, "it is not a regular file");
		}
		Path folder = path.resolveSibling("");
		if (!Files.isDirectory(folder)) {
			throw new FileSystemException(folder.toString(), null, "there is no such folder");
		}
		return new TargetFile(path);
	}

	boolean has(byte[] content) throws IOException {
		return Files.exists(this.path) && Files.size(this.path) == content.length
				&& Arrays.equals(Files.readAllBytes(this.path), content);
	}

	/**
	 * Replace the file, which keeps its mode and owner.
	 * @param model whose mode and owner a new file has
	 * @param check is given the new file before it is published; if it throws, nothing
	 * has changed
	 */
	void replace(byte[] content, Path model, Consumer<Path> check) throws IOException {
		Path temporary = Files.createTempFile(this.path.resolveSibling(""), "." + this.path.getFileName() + ".",
				".tmp");
		try {
			write(temporary, content);
			copyModeAndOwner(Files.exists(this.path) ? this.path : model, temporary);
			check.accept(temporary);
			try {
				Files.move(temporary, this.path, StandardCopyOption.ATOMIC_MOVE);
			}
			catch (FileSystemException ex) {
				if (!MountPoints.contain(this.path)) {
					throw ex;
				}
				replaceInPlace(content);
			}
		}
		finally {
			Files.deleteIfExists(temporary);
		}
	}

	/** Nothing can be renamed over a file that is mounted, as Docker does with one. */
	void replaceInPlace(byte[] content) throws IOException {
		byte[] former = Files.readAllBytes(this.path);
		try {
			write(this.path, content);
		}
		catch (IOException ex) {
			try {
				write(this.path, former);
			}
			catch (IOException again) {
				ex.addSuppressed(again);
			}
			throw ex;
		}
	}

	private static void write(Path file, byte[] content) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE,
				StandardOpenOption.TRUNCATE_EXISTING)) {
			ByteBuffer bytes = ByteBuffer.wrap(content);
			while (bytes.hasRemaining()) {
				channel.write(bytes);
			}
			channel.force(true);
		}
	}

	private static void copyModeAndOwner(Path from, Path to) throws IOException {
		PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
		if (view == null) {
			return;
		}
		PosixFileAttributes wanted = Files.readAttributes(from, PosixFileAttributes.class);
		PosixFileAttributes present = view.readAttributes();
		try {
			if (!wanted.group().equals(present.group())) {
				view.setGroup(wanted.group());
			}
			if (!wanted.owner().equals(present.owner())) {
				view.setOwner(wanted.owner());
			}
		}
		catch (FileSystemException ex) {
			logger.warn("This process may not give a file to '{}:{}', as '{}' is: the new one belongs to '{}:{}'",
					wanted.owner().getName(), wanted.group().getName(), from, view.getOwner().getName(),
					view.readAttributes().group().getName());
		}
		// Last, since a change of the owner takes rights away
		view.setPermissions(wanted.permissions());
	}

}
