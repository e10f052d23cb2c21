package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One backup from its making to its place, on a thread of its own. What exists is touched
 * only when the new one is published.
 */
final class BackupRun implements Callable<BackupResult> {

	private static final Logger logger = LoggerFactory.getLogger(BackupRun.class);

	private final BackupRequest request;

	private final Terms terms;

	private final Instant startedAt;

	private final BackupFolder folder;

	private final BackupProperties properties;

	private final DestinationLock lock;

	private final Making making;

	private final Runnable permission;

	private final Function<Path, Progress> progress;

	/**
	 * @param permission asked right before the backup is published; throws if that is not
	 * wanted any more
	 * @param progress tells of what grows in a folder
	 */
	BackupRun(BackupRequest request, Instant startedAt, BackupProperties properties, DestinationLock lock,
			Making making, Runnable permission, Function<Path, Progress> progress) {
		this.request = request;
		this.terms = Terms.of(request, properties);
		this.startedAt = startedAt;
		this.folder = properties.destination().folder(request.name());
		this.properties = properties;
		this.lock = lock;
		this.making = making;
		this.permission = permission;
		this.progress = progress;
	}

	@Override
	public BackupResult call() throws Exception {
		this.properties.destination().prepare();
		if (!this.lock.enter()) {
			return new BackupResult.Skipped(this.request.name(),
					"another instance takes backups to '" + this.properties.destinationFolder() + "' at this moment");
		}
		try {
			this.folder.create();
			return takeIfFree();
		}
		finally {
			this.lock.leave();
		}
	}

	@SuppressWarnings("try")
	private BackupResult takeIfFree() throws Exception {
		Optional<RunLock> free = RunLock.tryAcquire(this.folder.lock());
		if (free.isEmpty()) {
			return new BackupResult.Skipped(this.request.name(), "it is being taken by somebody else on this machine");
		}
		try (RunLock held = free.get()) {
			return take();
		}
	}

	private BackupResult take() throws Exception {
		this.folder.sweep();
		List<Stored> backups = new ArrayList<>(this.folder.list(BackupRun::warn));
		BackupId id = BackupId.of(this.startedAt, backups.stream().map(Stored::id).toList(), new Random());
		Shelves before = new Shelves(this.folder, backups);
		before.checkLatest(this.request.extension());
		before.put(verdicts(backups, id));
		Optional<Stored> newest = newest(backups, id);
		this.properties.destination().checkSpace(newest, before.copies(newest));
		Path home = this.folder.prepare(id);
		try {
			Stored taken = make(id, home, newest);
			backups.add(taken);
			return file(taken, verdicts(backups, id), new Shelves(this.folder, backups));
		}
		finally {
			cleanUp(home);
		}
	}

	private static void warn(Path damaged, String reason) {
		logger.warn("'{}' is damaged, does not count and is not touched: {}", damaged, reason);
	}

	private Stored make(BackupId id, Path home, Optional<Stored> newest) throws Exception {
		Path output = home.resolve(this.request.name() + this.request.extension());
		try (Progress progress = this.progress.apply(home)) {
			this.making.make(this.request.source(), output);
			checkSize(output, newest);
			progress.now("being verified");
			this.making.verify(this.terms.verifyCommand(), output);
			Trees.unshare(output);
			Trees.protect(output);
			progress.now("being read for its checksum and written to disk");
			Digest digest = Digest.of(output, true);
			Manifest manifest = new Manifest(this.request.name(), this.request.extension(), id.startedAt(),
					progress.elapsed(), Files.isDirectory(output), digest.size(), digest.sha256());
			return this.folder.publish(id, manifest, digest, this.permission);
		}
		catch (Exception ex) {
			this.making.giveBack();
			throw ex;
		}
	}

	private void checkSize(Path output, Optional<Stored> newest) throws IOException {
		if (!Trees.exists(output)) {
			throw new IOException("nothing was written to '" + output + "'");
		}
		if (!Files.isDirectory(output, LinkOption.NOFOLLOW_LINKS)
				&& !Files.isRegularFile(output, LinkOption.NOFOLLOW_LINKS)) {
			throw new IOException("what was written is neither a file nor a folder");
		}
		long size = Trees.size(output);
		if (size == 0) {
			throw new IOException("what was written is empty");
		}
		if (size < this.terms.minimumSize().toBytes()) {
			throw new IOException("what was written has %s only, and at least %s were expected"
				.formatted(Progress.bytes(size), Progress.bytes(this.terms.minimumSize().toBytes())));
		}
		long last = newest.map((backup) -> backup.manifest().size()).orElse(0L);
		if (size < last / 100.0 * this.properties.minimumPercent()) {
			throw new IOException(
					"what was written has %s only, which is less than %d percent of the %s of the last one"
						.formatted(Progress.bytes(size), this.properties.minimumPercent(), Progress.bytes(last)));
		}
	}

	private void cleanUp(Path home) {
		try {
			Trees.delete(home);
		}
		catch (IOException ex) {
			logger.warn("'{}' could not be removed; the next run tries again", home, ex);
		}
	}

	/** From here on the new backup is there, and a failure drops nothing. */
	private BackupResult file(Stored taken, List<RetentionVerdict> verdicts, Shelves shelves) throws IOException {
		shelves.put(verdicts);
		for (RetentionVerdict verdict : verdicts) {
			if (!verdict.kept()) {
				logger.info("Backup '{}': {}{}", this.request.name(), this.terms.dryRun() ? "in a dry run, " : "",
						verdict);
			}
		}
		if (!this.terms.dryRun()) {
			shelves.take(verdicts);
		}
		return new BackupResult.Completed(shelves.describe(taken, true), verdicts, this.terms.dryRun());
	}

	/** What began later than this run is dated in the future. */
	private List<RetentionVerdict> verdicts(List<Stored> backups, BackupId now) {
		return Retention.apply(backups.stream().map(Stored::id).toList(), this.properties.retention(),
				this.properties.zoneId(), now.startedAt());
	}

	private static Optional<Stored> newest(List<Stored> backups, BackupId now) {
		return Retention.newest(backups.stream().map(Stored::id).toList(), now.startedAt())
			.flatMap((newest) -> backups.stream().filter((backup) -> backup.id().equals(newest)).findFirst());
	}

}
