package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import io.clustercontroller.coordination.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what is in the folders of the destination.
 */
final class FolderCatalog implements BackupCatalog {

	private static final Logger logger = LoggerFactory.getLogger(FolderCatalog.class);

	private final BackupProperties properties;

	private final TimeSource time;

	FolderCatalog(BackupProperties properties, TimeSource time) {
		this.properties = properties;
		this.time = time;
	}

	@Override
	public List<String> names() {
		try {
			return this.properties.destination().names();
		}
		catch (IOException ex) {
			throw unreadable("*", ex);
		}
	}

	@Override
	public List<Backup> list(String name) {
		try {
			BackupFolder folder = this.properties.destination().folder(name);
			List<Stored> stored = folder.list(FolderCatalog::passOver);
			Shelves shelves = new Shelves(folder, stored);
			Optional<BackupId> newest = Retention.newest(stored.stream().map(Stored::id).toList(), now());
			List<Backup> backups = new ArrayList<>();
			for (Stored one : stored) {
				backups.add(shelves.describe(one, newest.filter(one.id()::equals).isPresent()));
			}
			Collections.reverse(backups);
			return backups;
		}
		catch (IOException ex) {
			throw unreadable(name, ex);
		}
	}

	@Override
	public Optional<Backup> newest(String name) {
		return list(name).stream().filter(Backup::latest).findFirst();
	}

	@Override
	public List<RetentionVerdict> plan(String name) {
		try {
			List<Stored> stored = this.properties.destination().folder(name).list(FolderCatalog::passOver);
			return Retention.apply(stored.stream().map(Stored::id).toList(), this.properties.retention(),
					this.properties.zoneId(), now());
		}
		catch (IOException ex) {
			throw unreadable(name, ex);
		}
	}

	/** The runs warn of it, and do so less often. */
	private static void passOver(Path damaged, String reason) {
		logger.debug("'{}' is damaged: {}", damaged, reason);
	}

	private Instant now() {
		return Instant.ofEpochMilli(this.time.wallMillis());
	}

	private static BackupException unreadable(String name, IOException cause) {
		return new BackupException(name, "the folder cannot be read: " + cause, List.of(), cause);
	}

	@Override
	public void verify(Backup backup) {
		try {
			verify(backup, backup.path(), false);
			for (Path copy : copies(backup)) {
				verify(backup, copy, false);
			}
		}
		catch (IOException ex) {
			throw new BackupException(backup.name(), "'" + backup.id() + "' cannot be read: " + ex, List.of(), ex);
		}
	}

	/** Those that share no data with the backup itself. */
	private List<Path> copies(Backup backup) throws IOException {
		BackupFolder folder = this.properties.destination().folder(backup.name());
		List<Path> copies = new ArrayList<>();
		for (Stored stored : folder.list(FolderCatalog::passOver)) {
			if (stored.id().toString().equals(backup.id())) {
				Shelves shelves = new Shelves(folder, List.of(stored));
				backup.tiers().stream().sorted().map((tier) -> shelves.entry(tier, stored)).forEach(copies::add);
			}
		}
		List<Path> own = new ArrayList<>();
		for (Path copy : copies) {
			if (!Replica.isLinked(copy, backup.path())) {
				own.add(copy);
			}
		}
		return own;
	}

	private static void verify(Backup backup, Path path, boolean durable) throws IOException {
		Digest digest = Digest.of(path, durable);
		if (!digest.sha256().equals(backup.sha256())) {
			throw new BackupException(backup.name(), "'" + path + "' is not what was published: its checksum is "
					+ digest.sha256() + " instead of " + backup.sha256()
					+ (backup.folder()
							? "; 'sha256sum -c SHA256SUMS' in '" + backup.path().getParent() + "' tells which file"
							: ""),
					List.of(), null);
		}
	}

	@Override
	public void restore(Backup backup, Path target) {
		Path path = target.toAbsolutePath().normalize();
		Path made = path.resolveSibling("." + path.getFileName() + ".restoring");
		try {
			if (Trees.exists(path)) {
				throw new FileAlreadyExistsException(path.toString(), null, "it exists already, and is not replaced");
			}
			Trees.delete(made);
			try {
				Replica.copy(backup.path(), made);
				verify(backup, made, true);
				Trees.unprotect(made);
				Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
				Trees.sync(path.resolveSibling(""));
			}
			finally {
				Trees.delete(made);
			}
			logger.info("Backup '{}': restored '{}' to '{}'", backup.name(), backup.id(), path);
		}
		catch (IOException ex) {
			throw new BackupException(backup.name(),
					"'" + backup.id() + "' cannot be restored to '" + path + "': " + ex, List.of(), ex);
		}
	}

}
