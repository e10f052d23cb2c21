package io.clustercontroller.testing;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the facts another process writes, as far as it has come.
 */
final class TimelineReader {

	private final Path file;

	private final List<Fact> facts = new ArrayList<>();

	private long position;

	TimelineReader(Path file) {
		this.file = file;
	}

	synchronized List<Fact> facts() {
		if (Files.exists(this.file)) {
			readOn();
		}
		return List.copyOf(this.facts);
	}

	private void readOn() {
		try (RandomAccessFile input = new RandomAccessFile(this.file.toFile(), "r")) {
			byte[] bytes = new byte[(int) (input.length() - this.position)];
			input.seek(this.position);
			input.readFully(bytes);
			String text = new String(bytes, StandardCharsets.UTF_8);
			String whole = text.substring(0, text.lastIndexOf('\n') + 1);
			whole.lines().map(Fact::ofLine).forEach(this.facts::add);
			this.position += whole.getBytes(StandardCharsets.UTF_8).length;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
