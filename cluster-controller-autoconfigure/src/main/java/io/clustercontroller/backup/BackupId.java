package io.clustercontroller.backup;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a backup is called: when it began, in UTC, and something that no other backup of
 * the same millisecond has. Sorts by time, also as a text, and suits every file system.
 *
 * @param startedAt in whole milliseconds
 * @param suffix six hexadecimal digits
 */
record BackupId(Instant startedAt, String suffix) implements Comparable<BackupId> {

	private static final DateTimeFormatter FORMAT = DateTimeFormatter
		.ofPattern("uuuu-MM-dd'T'HH-mm-ss-SSS'Z'", Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	private static final Pattern TEXT = Pattern
		.compile("(\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d-\\d{3}Z)-([0-9a-f]{6})");

	private static final Comparator<BackupId> ORDER = Comparator.comparing(BackupId::startedAt)
		.thenComparing(BackupId::suffix);

	BackupId {
		startedAt = startedAt.truncatedTo(ChronoUnit.MILLIS);
	}

	/**
	 * A new one, at an instant at which there is none yet: it sorts after what has begun
	 * before.
	 */
	static BackupId of(Instant startedAt, Collection<BackupId> existing, RandomGenerator random) {
		Set<Instant> taken = existing.stream().map(BackupId::startedAt).collect(Collectors.toSet());
		Instant free = startedAt.truncatedTo(ChronoUnit.MILLIS);
		while (taken.contains(free)) {
			free = free.plusMillis(1);
		}
		return new BackupId(free, "%06x".formatted(random.nextInt(1 << 24)));
	}

	/** Read what {@link #toString()} has written; empty if that is something else. */
	static Optional<BackupId> parse(String text) {
		Matcher matcher = TEXT.matcher(text);
		if (!matcher.matches()) {
			return Optional.empty();
		}
		try {
			return Optional.of(new BackupId(FORMAT.parse(matcher.group(1), Instant::from), matcher.group(2)));
		}
		catch (DateTimeException ex) {
			return Optional.empty();
		}
	}

	@Override
	public int compareTo(BackupId other) {
		return ORDER.compare(this, other);
	}

	@Override
	public String toString() {
		return FORMAT.format(this.startedAt) + "-" + this.suffix;
	}

}
