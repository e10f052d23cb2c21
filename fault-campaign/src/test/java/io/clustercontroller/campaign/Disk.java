package io.clustercontroller.campaign;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import io.clustercontroller.testing.ChildProcesses;

/**
 * A disk of its own for a node of etcd: a file with a file system, which the kernel can
 * be told to hold up. Whoever writes to it then waits, as with a disk that hangs.
 */
final class Disk implements AutoCloseable {

	/** Room for the segments of the log, each 64 MB, and for the quota. */
	private static final long SIZE = 768L << 20;

	private final Path image;

	private final Path folder;

	private final Thread cleaner = new Thread(this::remove, "campaign-disk-cleaner");

	private boolean frozen;

	private Disk(Path image, Path folder) {
		this.image = image;
		this.folder = folder;
	}

	/** A new disk, where this machine and this user can have one. */
	static Optional<Disk> create(String name) {
		try {
			Path folder = Files.createTempDirectory("campaign-disk-" + name + "-");
			Path image = folder.resolveSibling(folder.getFileName() + ".img");
			Disk disk = new Disk(image, folder);
			try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
				file.setLength(SIZE);
			}
			Runtime.getRuntime().addShutdownHook(disk.cleaner);
			try {
				ChildProcesses.run(List.of("mkfs.ext4", "-q", "-F", image.toString()));
				ChildProcesses.run(List.of("mount", "-o", "loop", image.toString(), folder.toString()));
				return Optional.of(disk);
			}
			catch (IllegalStateException | UncheckedIOException ex) {
				disk.close();
				return Optional.empty();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Path folder() {
		return this.folder;
	}

	synchronized void freeze() {
		if (!this.frozen) {
			ChildProcesses.run(List.of("fsfreeze", "--freeze", this.folder.toString()));
			this.frozen = true;
		}
	}

	synchronized void thaw() {
		if (this.frozen) {
			ChildProcesses.run(List.of("fsfreeze", "--unfreeze", this.folder.toString()));
			this.frozen = false;
		}
	}

	@Override
	public void close() {
		Runtime.getRuntime().removeShutdownHook(this.cleaner);
		remove();
	}

	private void remove() {
		try {
			thaw();
			ChildProcesses
				.run(List.of("sh", "-c", "! mountpoint -q '" + this.folder + "' || umount -l '" + this.folder + "'"));
			Files.deleteIfExists(this.image);
			Files.deleteIfExists(this.folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
