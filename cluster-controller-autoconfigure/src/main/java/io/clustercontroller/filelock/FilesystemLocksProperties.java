package io.clustercontroller.filelock;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.clustercontroller.InvalidPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Configuration properties of the locks on shared volumes.
 *
 * @param filesystemLocks Folders to lock before the service starts, each as 'folder', or
 * as 'name=folder' where the containers do not all mount it at the same path.
 * @param filesystemLocksTimeout Time to wait for locks that others hold, for all of them
 * together. When it is over, the start fails.
 * @param terminateWhenFilesystemLockLost Whether the instance ends when it loses a lock,
 * so that its service does not go on without it.
 */
@ConfigurationProperties("cluster-controller")
record FilesystemLocksProperties(@DefaultValue List<String> filesystemLocks,
		@DefaultValue("60s") Duration filesystemLocksTimeout,
		@DefaultValue("false") boolean terminateWhenFilesystemLockLost) {

	static final String NAME = "cluster-controller.filesystem-locks";

	static final String TIMEOUT = "cluster-controller.filesystem-locks-timeout";

	private static final String REMEDY = "Set '" + NAME + "', or the environment variable "
			+ "CLUSTERCONTROLLER_FILESYSTEMLOCKS, to the folders to lock, divided by commas, such as "
			+ "'/var/lib/data,shared=/mnt/volume'.";

	private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)=(.+)");

	private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

	FilesystemLocksProperties {
		filesystemLocks = filesystemLocks.stream().map(String::trim).toList();
		Set<Path> folders = new HashSet<>();
		Set<String> names = new HashSet<>();
		for (String entry : filesystemLocks) {
			Entry parsed = parse(entry);
			if (!folders.add(LockedFolder.normalized(parsed.folder()))) {
				throw invalid(entry, "each folder may be given once only");
			}
			if (!names.add(parsed.lockName())) {
				throw invalid(entry, "the lock '" + parsed.lockName() + "' is that of another folder of the list");
			}
		}
		if (filesystemLocksTimeout.compareTo(Duration.ofSeconds(1)) < 0
				|| filesystemLocksTimeout.compareTo(LONGEST_TIMEOUT) > 0) {
			throw new InvalidPropertyException(TIMEOUT, text(filesystemLocksTimeout), "it is not between 1s and a year",
					"Set '" + TIMEOUT + "' to a time such as 60s, or to 365d where this instance shall stand by until "
							+ "the holder leaves.");
		}
	}

	/** The folders, in the one order in which all instances take their locks. */
	List<Path> folders() {
		return this.filesystemLocks.stream()
			.map(FilesystemLocksProperties::parse)
			.sorted(Comparator.comparing(Entry::lockName))
			.map(Entry::folder)
			.toList();
	}

	/** The names of those folders that have been given one. */
	Map<Path, String> names() {
		return this.filesystemLocks.stream()
			.map(FilesystemLocksProperties::parse)
			.filter((entry) -> entry.name() != null)
			.collect(Collectors.toMap(Entry::folder, (entry) -> String.valueOf(entry.name())));
	}

	/** The timeout as users write it. */
	String timeoutText() {
		return text(this.filesystemLocksTimeout);
	}

	static InvalidPropertyException invalid(UnlockableFolderException ex, Path folder) {
		return new InvalidPropertyException(NAME, folder, ex.getReason(), ex.getRemedy());
	}

	private static Entry parse(String entry) {
		Matcher named = NAMED.matcher(entry);
		String folder = named.matches() ? named.group(2) : entry;
		if (folder.isBlank()) {
			throw invalid(entry, "an entry of the list is blank");
		}
		try {
			return new Entry(Path.of(folder.trim()), named.matches() ? named.group(1) : null);
		}
		catch (InvalidPathException ex) {
			throw invalid(entry, "it is not a path: " + ex.getReason());
		}
	}

	private static InvalidPropertyException invalid(String value, String reason) {
		return new InvalidPropertyException(NAME, value, reason, REMEDY);
	}

	private static String text(Duration duration) {
		return DurationFormatterUtils.print(duration, DurationFormat.Style.COMPOSITE);
	}

	private record Entry(Path folder, @Nullable String name) {

		String lockName() {
			return (this.name != null) ? this.name : LockedFolder.nameOf(LockedFolder.normalized(this.folder));
		}

	}

}
