package io.clustercontroller.filelock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Pattern;

import io.clustercontroller.coordination.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code lock} in a folder, which says who holds its lock:
 * {@code container:millis:token}. For people and for the predecessor, which reads the
 * first two and waits while they are younger than 30 s. It decides nothing, so a failure
 * is logged once. What does not look like such a file belongs to somebody else and is
 * left alone. Used by one thread.
 */
final class LockNotice {

	static final String NAME = "lock";

	private static final Logger logger = LoggerFactory.getLogger(LockNotice.class);

	/** The predecessor's, and a third of what it waits. */
	private static final Duration INTERVAL = Duration.ofSeconds(10);

	private static final Pattern CONTENT = Pattern.compile("[^:\\p{Cntrl}]*:\\d{1,18}(:\\d{1,18})?\\s*");

	private static final int LONGEST = 1000;

	private final Path file;

	private final Path temporary;

	private final String container;

	private final TimeSource time;

	private String written = "";

	private long writtenToken;

	private long writtenAt;

	private boolean complained;

	LockNotice(Path folder, String container, TimeSource time) {
		this.file = folder.resolve(NAME);
		this.temporary = folder.resolve("." + NAME + "." + UUID.randomUUID() + ".tmp");
		this.container = container.replaceAll("[:\\p{Cntrl}]", "-");
		this.time = time;
	}

	/** Say that this instance holds the lock, unless that has been said just now. */
	void show(long token) {
		long now = this.time.nanoTime();
		if (token == this.writtenToken && now - this.writtenAt < INTERVAL.toNanos()) {
			return;
		}
		try {
			if (isReplaceable()) {
				write(this.container + ":" + this.time.wallMillis() + ":" + token);
				this.writtenToken = token;
				this.writtenAt = now;
			}
			else {
				complain("it is none of a controller's and is left alone");
			}
		}
		catch (IOException ex) {
			complain(ex.toString());
		}
	}

	private boolean isReplaceable() throws IOException {
		try {
			BasicFileAttributes attributes = Files.readAttributes(this.file, BasicFileAttributes.class,
					LinkOption.NOFOLLOW_LINKS);
			return attributes.isRegularFile() && attributes.size() <= LONGEST && CONTENT.matcher(read()).matches();
		}
		catch (NoSuchFileException ex) {
			return true;
		}
	}

	private String read() throws IOException {
		try (var input = Files.newInputStream(this.file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
			return new String(input.readNBytes(LONGEST), StandardCharsets.UTF_8);
		}
	}

	private void write(String content) throws IOException {
		try {
			Files.writeString(this.temporary, content, StandardOpenOption.CREATE_NEW);
			Files.move(this.temporary, this.file, StandardCopyOption.ATOMIC_MOVE);
			this.written = content;
		}
		finally {
			Files.deleteIfExists(this.temporary);
		}
	}

	/** Remove the file, if it is still what was written last. */
	void remove() {
		try {
			if (!this.written.isEmpty() && isReplaceable() && this.written.equals(read())) {
				Files.deleteIfExists(this.file);
			}
		}
		catch (NoSuchFileException ex) {
			// somebody else has removed it
		}
		catch (IOException ex) {
			complain(ex.toString());
		}
		this.written = "";
		this.writtenToken = 0;
	}

	private void complain(String reason) {
		if (!this.complained) {
			this.complained = true;
			logger.warn("'{}' does not say who holds the lock of the folder: {}. The lock itself is not affected",
					this.file, reason);
		}
	}

}
