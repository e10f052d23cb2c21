package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

import io.clustercontroller.coordination.Names;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.Assert;

/**
 * The folder of one name below the destination.
 * <p>
 * The truth is in {@code .backups}: a folder for each backup with its data, its manifest
 * and its checksums, which gets there by one rename from {@code .staging} on the same
 * file system. So a backup is there as a whole or not at all, whenever a process dies.
 * All else, the tiers and {@code latest}, follows from it, and is made anew where it is
 * missing. What is in {@code .staging} belongs to a run, or to nobody any more.
 *
 * @param path the folder itself
 */
record BackupFolder(Path path, String name) {

	private static final Logger logger = LoggerFactory.getLogger(BackupFolder.class);

	static final String BACKUPS = ".backups";

	private static final String SHA256SUMS = "SHA256SUMS";

	BackupFolder {
		Assert.isTrue(Names.isValid(name), () -> "'" + name + "' is no name of a backup");
	}

	static BackupFolder of(Path destination, String name) {
		return new BackupFolder(destination.resolve(name), name);
	}

	/** Whether some name has its backups here. */
	static boolean isOne(Path path) {
		return Files.isDirectory(path.resolve(BACKUPS), LinkOption.NOFOLLOW_LINKS);
	}

	private Path backups() {
		return this.path.resolve(BACKUPS);
	}

	Path staging() {
		return this.path.resolve(".staging");
	}

	Path lock() {
		return this.path.resolve(".lock");
	}

	Path tier(Tier tier) {
		return this.path.resolve(tier.label());
	}

	void create() throws IOException {
		Trees.createFolder(this.path);
		Trees.createFolder(backups());
		Trees.createFolder(staging());
		Trees.sync(this.path);
	}

	/** Remove what runs have left that did not come to their end. */
	void sweep() throws IOException {
		for (Path leftover : Trees.children(staging())) {
			logger.info("Removing '{}', which a run has left behind that was cut short", leftover);
			Trees.delete(leftover);
		}
	}

	/** A place for the data of a backup to come. */
	Path prepare(BackupId id) throws IOException {
		Path home = staging().resolve(id.toString());
		Trees.createFolder(home);
		return home;
	}

	/**
	 * Make what was prepared a backup, if that is still wanted when all of it is on disk.
	 * @param permission asked in the last moment; throws if it is not
	 */
	Stored publish(BackupId id, Manifest manifest, Digest digest, Runnable permission) throws IOException {
		Path prepared = staging().resolve(id.toString());
		write(prepared.resolve(Manifest.FILE), manifest.write());
		write(prepared.resolve(SHA256SUMS), digest.files());
		Trees.sync(prepared);
		permission.run();
		Path home = backups().resolve(id.toString());
		Files.move(prepared, home, StandardCopyOption.ATOMIC_MOVE);
		Trees.sync(backups());
		return new Stored(id, home, manifest);
	}

	private static void write(Path file, String text) throws IOException {
		Files.writeString(file, text, StandardCharsets.UTF_8);
		Trees.protect(file);
		Trees.sync(file);
	}

	/** Remove a backup, which has no other name any more. */
	void drop(Stored backup) throws IOException {
		Path dropped = staging().resolve(backup.id() + ".dropped");
		Files.move(backup.home(), dropped, StandardCopyOption.ATOMIC_MOVE);
		Trees.sync(backups());
		Trees.delete(dropped);
	}

	/**
	 * The good ones, the oldest first.
	 * @param damaged is given the folder of each that is damaged, and what is wrong
	 */
	List<Stored> list(BiConsumer<Path, String> damaged) throws IOException {
		List<Stored> found = new ArrayList<>();
		for (Path home : Trees.children(backups())) {
			BackupId.parse(home.getFileName().toString())
				.flatMap((id) -> read(id, home, damaged))
				.ifPresent(found::add);
		}
		return found;
	}

	/** Whether a file is another name for one of the backups, even for a damaged one. */
	boolean holds(Path file) throws IOException {
		for (Path home : Trees.children(backups())) {
			for (Path data : Trees.children(home)) {
				if (Replica.isOf(file, data)) {
					return true;
				}
			}
		}
		return false;
	}

	private Optional<Stored> read(BackupId id, Path home, BiConsumer<Path, String> damaged) {
		try {
			Stored backup = new Stored(id, home, Manifest.read(Files.readString(home.resolve(Manifest.FILE))));
			if (!backup.manifest().name().equals(this.name)) {
				throw new IllegalArgumentException("it is a backup of '" + backup.manifest().name() + "'");
			}
			boolean folder = backup.manifest().folder();
			if (folder ? !Files.isDirectory(backup.data(), LinkOption.NOFOLLOW_LINKS)
					: Files.size(backup.data()) != backup.manifest().size()) {
				throw new IllegalArgumentException(folder ? "its folder is missing" : "its file has another size");
			}
			return Optional.of(backup);
		}
		catch (IOException | IllegalArgumentException ex) {
			// one that is missing was dropped by a run at this moment
			if (Trees.exists(home)) {
				damaged.accept(home, ex.toString());
			}
			return Optional.empty();
		}
	}

}
