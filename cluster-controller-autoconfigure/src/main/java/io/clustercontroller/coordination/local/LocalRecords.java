package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The records of a service: a file each, which has the version in its first line.
 */
final class LocalRecords implements Records {

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*");

	private static final String SUFFIX = ".txt";

	private final FileWork<Optional<ServiceFolder>> finding;

	private final FileWork<ServiceFolder> creating;

	private final LocalThread thread;

	private final TimeSource time;

	LocalRecords(FileWork<Optional<ServiceFolder>> finding, FileWork<ServiceFolder> creating, LocalThread thread,
			TimeSource time) {
		this.finding = finding;
		this.creating = creating;
		this.thread = thread;
		this.time = time;
	}

	@Override
	public CompletionStage<Optional<StoredRecord>> read(String name) {
		requireName(name);
		return this.thread.call(() -> {
			Optional<ServiceFolder> folder = this.finding.run();
			return folder.isPresent() ? Optional.ofNullable(read(folder.get(), name)) : Optional.empty();
		});
	}

	@Override
	public CompletionStage<List<StoredRecord>> list(String prefix) {
		return this.thread.call(() -> {
			Optional<ServiceFolder> folder = this.finding.run();
			return folder.isPresent() ? list(folder.get(), prefix) : List.of();
		});
	}

	static List<StoredRecord> list(ServiceFolder folder, String prefix) throws IOException {
		if (Files.notExists(folder.records())) {
			return List.of();
		}
		List<StoredRecord> records = new ArrayList<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.records())) {
			for (Path file : files) {
				String name = name(file);
				if (name == null) {
					if (!file.toString().endsWith(TextFiles.TEMPORARY)) {
						folder.files().ignore(file, "not a record");
					}
				}
				else if (name.startsWith(prefix)) {
					Optional.ofNullable(read(folder, name)).ifPresent(records::add);
				}
			}
		}
		records.sort(Comparator.comparing(StoredRecord::name));
		return records;
	}

	@Override
	public CompletionStage<OptionalLong> write(String name, String value, long expectedVersion,
			@Nullable Long fencingToken) {
		requireName(name);
		return this.thread.call(() -> {
			ServiceFolder folder = this.creating.run();
			return folder.exclusively(() -> write(folder, name, value, expectedVersion, fencingToken));
		});
	}

	private OptionalLong write(ServiceFolder folder, String name, String value, long expectedVersion,
			@Nullable Long fencingToken) throws IOException {
		StoredRecord present = read(folder, name);
		long version = (present != null) ? present.version() : ABSENT;
		if (version != expectedVersion || !isCurrent(folder, fencingToken)) {
			return OptionalLong.empty();
		}
		long next = Math.max(version, lastVersion(folder)) + 1;
		// First the counter: a crash in between wastes a number, the other order would
		// repeat one.
		folder.files().write(folder.recordCounter(), String.valueOf(next), true);
		folder.files().write(file(folder, name), next + "\n" + value, true);
		return OptionalLong.of(next);
	}

	private static boolean isCurrent(ServiceFolder folder, @Nullable Long fencingToken) throws IOException {
		if (fencingToken == null) {
			return true;
		}
		MasterEntry master = folder.livingMaster();
		return master != null && master.token() == fencingToken;
	}

	/** Where the counter has been lost, the wall clock is beyond whatever it has been. */
	private long lastVersion(ServiceFolder folder) throws IOException {
		Long last = folder.files().read(folder.recordCounter(), Long::valueOf);
		return (last != null) ? last : this.time.wallMillis();
	}

	@Override
	public CompletionStage<Boolean> delete(String name, long expectedVersion) {
		requireName(name);
		return this.thread.call(() -> {
			ServiceFolder folder = this.finding.run().orElse(null);
			return folder != null && folder.exclusively(() -> delete(folder, name, expectedVersion));
		});
	}

	private static boolean delete(ServiceFolder folder, String name, long expectedVersion) throws IOException {
		StoredRecord present = read(folder, name);
		if (present == null || present.version() != expectedVersion) {
			return false;
		}
		Files.delete(file(folder, name));
		return true;
	}

	static @Nullable StoredRecord read(ServiceFolder folder, String name) throws IOException {
		return folder.files().read(file(folder, name), (text) -> {
			int end = text.indexOf('\n');
			if (end < 0) {
				throw new IllegalArgumentException("it has no version");
			}
			return new StoredRecord(name, text.substring(end + 1), Long.parseLong(text.substring(0, end)));
		});
	}

	/** A name may be the beginning of another one, so its segments are no folders. */
	private static Path file(ServiceFolder folder, String name) {
		return folder.records().resolve(name.replace('/', '+') + SUFFIX);
	}

	private static @Nullable String name(Path file) {
		String name = file.getFileName().toString().replace('+', '/');
		name = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : "";
		return NAME.matcher(name).matches() ? name : null;
	}

	private static void requireName(String name) {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException("Not the name of a record: '" + name + "'");
		}
	}

}
