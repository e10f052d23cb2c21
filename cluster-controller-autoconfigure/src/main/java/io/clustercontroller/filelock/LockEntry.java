package io.clustercontroller.filelock;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The state of a lock, as the name of a file says it. No name is ever used twice.
 *
 * @param generation grows each time the lock is taken; the fencing token
 * @param beat grows each time the holder shows that it lives
 * @param limit how long the entry has to stand unchanged until it may be taken
 * @param owner who holds the lock, or {@link #FREE}
 */
record LockEntry(long generation, long beat, Duration limit, String owner) {

	static final String FREE = "free";

	private static final Pattern NAME = Pattern
		.compile("(\\d{1,18})\\.(\\d{1,18})\\.(\\d{1,12})\\.([A-Za-z0-9._-]{1,200})");

	/** By what came later. */
	static final Comparator<LockEntry> BY_AGE = Comparator.comparingLong(LockEntry::generation)
		.thenComparingLong(LockEntry::beat);

	LockEntry {
		if (owner.isEmpty()) {
			throw new IllegalArgumentException("An entry has an owner, if only '" + FREE + "'");
		}
	}

	/** The state of a lock that nobody has taken yet. */
	static LockEntry first(long generation) {
		return new LockEntry(generation, 0, Duration.ZERO, FREE);
	}

	/** What the name of a file says; empty if that is no entry. */
	static Optional<LockEntry> parse(String fileName) {
		Matcher matcher = NAME.matcher(fileName);
		if (!matcher.matches()) {
			return Optional.empty();
		}
		return Optional.of(new LockEntry(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)),
				Duration.ofMillis(Long.parseLong(matcher.group(3))), matcher.group(4)));
	}

	String fileName() {
		return this.generation + "." + this.beat + "." + this.limit.toMillis() + "." + this.owner;
	}

	boolean isFree() {
		return this.owner.equals(FREE);
	}

	LockEntry takenBy(String owner, Duration limit) {
		return new LockEntry(this.generation + 1, 0, limit, owner);
	}

	LockEntry next() {
		return new LockEntry(this.generation, this.beat + 1, this.limit, this.owner);
	}

	LockEntry released() {
		return new LockEntry(this.generation, this.beat + 1, Duration.ZERO, FREE);
	}

}
