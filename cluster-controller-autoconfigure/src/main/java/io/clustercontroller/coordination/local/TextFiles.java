package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes small text files. Readers never see half a file. What is broken is
 * logged once for each version of it and then treated as if it was not there. Used by one
 * thread.
 */
final class TextFiles {

	static final String TEMPORARY = ".tmp";

	private static final Logger log = LoggerFactory.getLogger(TextFiles.class);

	private static final long LARGEST = 1 << 20;

	private static final int REMEMBERED = 1000;

	/** What files said when they were read last; the oldest are forgotten. */
	private final Map<Path, Seen> seen = new LinkedHashMap<>() {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<Path, Seen> eldest) {
			return size() > REMEMBERED;
		}

	};

	/**
	 * Read a file and what it means.
	 * @param reader throws an {@link IllegalArgumentException} if the text is broken;
	 * always the same one for the same file
	 * @return the meaning, or {@code null} if the file is missing or broken
	 * @throws IOException if it cannot be said whether it is missing or broken
	 */
	@SuppressWarnings("unchecked")
	<T> @Nullable T read(Path file, Function<String, T> reader) throws IOException {
		String text = read(file);
		if (text == null) {
			return null;
		}
		Seen former = this.seen.get(file);
		if (former != null && former.text().equals(text)) {
			return (T) former.meaning();
		}
		T meaning = null;
		try {
			meaning = reader.apply(text);
		}
		catch (IllegalArgumentException ex) {
			log.warn("Ignoring '{}': {}", file, ex.getMessage());
		}
		this.seen.put(file, new Seen(text, meaning));
		return meaning;
	}

	/** Read a file as text; {@code null} if it is missing or has no text. */
	@Nullable String read(Path file) throws IOException {
		try {
			BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
					LinkOption.NOFOLLOW_LINKS);
			if (attributes.isRegularFile() && attributes.size() <= LARGEST) {
				return Files.readString(file);
			}
			ignore(file, attributes.isRegularFile() ? "too large" : "not a file");
		}
		catch (NoSuchFileException ex) {
			this.seen.remove(file);
		}
		catch (CharacterCodingException | AccessDeniedException ex) {
			ignore(file, "not readable: " + ex);
		}
		return null;
	}

	/** Say once that a file is ignored, whatever it says. */
	void ignore(Path file, String reason) {
		Seen ignored = new Seen(reason, null);
		if (!ignored.equals(this.seen.put(file, ignored))) {
			log.warn("Ignoring '{}': {}", file, reason);
		}
	}

	/**
	 * Replace a file as a whole. There must be one writer at a time.
	 * @param durable whether it has to outlive a crash of the machine
	 */
	void write(Path file, String text, boolean durable) throws IOException {
		Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY);
		try {
			try (FileChannel channel = FileChannel.open(temporary,
					Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE),
					OwnerOnly.file(file))) {
				ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
				while (bytes.hasRemaining()) {
					channel.write(bytes);
				}
				if (durable) {
					channel.force(true);
				}
			}
			Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			Files.deleteIfExists(temporary);
			throw ex;
		}
	}

	private record Seen(String text, @Nullable Object meaning) {
	}

}
