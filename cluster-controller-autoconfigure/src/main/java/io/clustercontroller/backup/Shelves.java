package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where people look for the backups of a name: {@code latest} and a folder for each tier,
 * made of what is in the {@link BackupFolder}. Each entry appears and vanishes as a
 * whole. What is no name for one of the backups is not ours, and stays.
 */
final class Shelves {

	private static final Logger logger = LoggerFactory.getLogger(Shelves.class);

	private static final String LATEST = "latest";

	private final BackupFolder folder;

	private final Map<String, Stored> backups;

	/**
	 * @param backups all good ones of the folder
	 */
	Shelves(BackupFolder folder, List<Stored> backups) {
		this.folder = folder;
		this.backups = backups.stream().collect(Collectors.toMap((one) -> one.id().toString(), Function.identity()));
	}

	/** Put up what belongs there and is not there yet. Takes nothing away. */
	void put(List<RetentionVerdict> verdicts) throws IOException {
		Set<Tier> changed = EnumSet.noneOf(Tier.class);
		for (RetentionVerdict verdict : verdicts) {
			Stored backup = backup(verdict);
			for (Tier tier : verdict.tiers()) {
				Trees.createFolder(this.folder.tier(tier));
				Path entry = entry(tier, backup);
				if (!Trees.exists(entry)) {
					Path made = this.folder.staging().resolve(backup.id() + "." + tier.label());
					Replica.link(backup.data(), made);
					Files.move(made, entry, StandardCopyOption.ATOMIC_MOVE);
					changed.add(tier);
				}
			}
			if (verdict.latest()) {
				putLatest(backup);
			}
		}
		for (Tier tier : changed) {
			Trees.sync(this.folder.tier(tier));
		}
		Trees.sync(this.folder.path());
	}

	/** Take down what the verdicts say, and drop what has no place any more. */
	void take(List<RetentionVerdict> verdicts) throws IOException {
		for (RetentionVerdict verdict : verdicts) {
			Stored backup = backup(verdict);
			for (Tier tier : Tier.values()) {
				if (!verdict.future() && !verdict.tiers().contains(tier)) {
					remove(entry(tier, backup), backup);
				}
			}
			if (!verdict.kept()) {
				this.folder.drop(backup);
			}
		}
	}

	/** The tiers in which a backup is. */
	Set<Tier> tiers(Stored backup) throws IOException {
		Set<Tier> tiers = EnumSet.noneOf(Tier.class);
		for (Tier tier : Tier.values()) {
			if (Replica.isOf(entry(tier, backup), backup.data())) {
				tiers.add(tier);
			}
		}
		return tiers;
	}

	/** What users get to know of a backup. */
	Backup describe(Stored backup, boolean latest) throws IOException {
		Manifest manifest = backup.manifest();
		return new Backup(manifest.name(), backup.id().toString(), manifest.startedAt(), manifest.duration(),
				manifest.size(), manifest.sha256(), manifest.folder(), backup.data(), tiers(backup), latest);
	}

	/**
	 * How many times the data of one more backup will be there, to judge by the newest
	 * one: once, where files can have several names.
	 */
	int copies(Optional<Stored> newest) throws IOException {
		if (newest.isEmpty() || newest.get().manifest().folder()) {
			return 1;
		}
		Path latest = latest(newest.get().manifest().extension());
		return Replica.isLinked(latest, newest.get().data()) ? 1 : 2 + Tier.values().length;
	}

	/**
	 * Look whether 'latest' can be put up.
	 * @throws IOException if something stands there that is not ours
	 */
	void checkLatest(String extension) throws IOException {
		Path latest = latest(extension);
		if (Trees.exists(latest) && !isOurs(latest)) {
			throw new IOException("'" + latest + "' is none of the backups, and is not replaced: move it away");
		}
	}

	private Path latest(String extension) {
		return this.folder.path().resolve(LATEST + extension);
	}

	Path entry(Tier tier, Stored backup) {
		return this.folder.tier(tier).resolve(backup.fileName());
	}

	private Stored backup(RetentionVerdict verdict) {
		Stored backup = this.backups.get(verdict.id());
		if (backup == null) {
			throw new IllegalArgumentException("There is no backup " + verdict.id());
		}
		return backup;
	}

	/**
	 * A folder cannot be replaced in one step, so its name is a symbolic link. Names with
	 * another extension are of the past.
	 */
	private void putLatest(Stored backup) throws IOException {
		Path latest = latest(backup.manifest().extension());
		if (!isLatest(latest, backup)) {
			checkLatest(backup.manifest().extension());
			Path made = this.folder.staging().resolve(backup.id() + "." + LATEST);
			if (backup.manifest().folder()) {
				Files.createSymbolicLink(made, this.folder.path().relativize(backup.data()));
			}
			else {
				Replica.link(backup.data(), made);
			}
			Files.move(made, latest, StandardCopyOption.ATOMIC_MOVE);
		}
		for (Path other : Trees.children(this.folder.path())) {
			String name = other.getFileName().toString();
			if (!other.equals(latest) && (name.equals(LATEST) || name.startsWith(LATEST + ".")) && isOurs(other)) {
				Files.delete(other);
			}
		}
	}

	private boolean isLatest(Path latest, Stored backup) throws IOException {
		if (Files.isSymbolicLink(latest)) {
			return latest.resolveSibling(Files.readSymbolicLink(latest)).equals(backup.data());
		}
		return !backup.manifest().folder() && Replica.isOf(latest, backup.data());
	}

	private boolean isOurs(Path latest) throws IOException {
		if (Files.isSymbolicLink(latest)) {
			return latest.resolveSibling(Files.readSymbolicLink(latest))
				.startsWith(this.folder.path().resolve(BackupFolder.BACKUPS));
		}
		return Files.isRegularFile(latest) && this.folder.holds(latest);
	}

	private void remove(Path entry, Stored backup) throws IOException {
		if (!Trees.exists(entry)) {
			return;
		}
		if (!Replica.isOf(entry, backup.data())) {
			logger.warn("'{}' is not what was filed there, and is not touched", entry);
			return;
		}
		Path removed = this.folder.staging().resolve(backup.id() + ".removed");
		Files.move(entry, removed, StandardCopyOption.ATOMIC_MOVE);
		Trees.sync(entry.resolveSibling(""));
		Trees.delete(removed);
	}

}
