package io.clustercontroller.cost;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many numbered lines of 100 bytes each, and a child that writes them as fast as it can,
 * in blocks of 64 KB.
 *
 * @param file has all of them
 * @param lines how many there are
 * @param out how many of them the child writes to its standard output; the rest follows
 * on its standard error
 */
record Volume(Path file, int lines, int out) {

	/** Where the child begins to write; it waits for this file. */
	static final String GO = "go";

	private static final String READY = "ready";

	private static final String BEGUN = "begun";

	private static final String ENDED = "ended";

	private static final int LINE = 100;

	/** Whole lines, so that what two write to one place does not mix within a line. */
	private static final int BLOCK = 65500;

	private static final int BLOCK_LINES = BLOCK / LINE;

	private static final String MARK = "n=";

	private static final String REST = " " + "x".repeat(LINE - MARK.length() - 9 - 2);

	/** Lives on after its last line, so that its supervisor has nothing else to say. */
	private static final String SCRIPT = """
			: > ready
			until [ -e go ]; do sleep 0.01; done
			: > begun
			dd if="$1" bs=%1$d count="$2" status=none
			dd if="$1" bs=%1$d skip="$2" status=none >&2
			: > ended
			exec sleep 600
			""".formatted(BLOCK);

	static Volume write(Path file, int lines, boolean halfToError) throws IOException {
		try (BufferedWriter writer = Files.newBufferedWriter(file)) {
			for (int i = 0; i < lines; i++) {
				writer.write(MARK + "%09d".formatted(i) + REST + "\n");
			}
		}
		return new Volume(file, lines, halfToError ? lines / 2 / BLOCK_LINES * BLOCK_LINES : lines);
	}

	List<String> child() {
		int blocks = (this.out + BLOCK_LINES - 1) / BLOCK_LINES;
		return List.of("sh", "-c", SCRIPT, "lines", this.file.toString(), String.valueOf(blocks));
	}

	/** Let the child write, and wait until it has written all. */
	void pass(Supervision supervision, Path directory) {
		supervision.await("the child", () -> Files.exists(directory.resolve(READY)));
		create(directory.resolve(GO));
		supervision.await("the end of the child", () -> Files.exists(directory.resolve(ENDED)));
	}

	/** Wait until the last line is at the end of where it belongs. */
	void awaitLast(Supervision supervision, Path sink) {
		String last = MARK + "%09d".formatted(this.lines - 1) + REST;
		supervision.await("the last line", () -> tail(sink).contains(last));
	}

	/** From the first line that the child writes to the last one that arrives. */
	double seconds(Path directory, @Nullable Path sink) {
		long end = modified((sink != null) ? sink : directory.resolve(ENDED));
		return (end - modified(directory.resolve(BEGUN))) / 1e9;
	}

	/**
	 * Check that each line is there once, whole, and after those that were written to the
	 * same stream before it.
	 */
	void assertComplete(List<Path> sinks) throws IOException {
		BitSet seen = new BitSet(this.lines);
		for (Path sink : sinks) {
			int[] last = { -1, -1 };
			try (BufferedReader reader = Files.newBufferedReader(sink, StandardCharsets.ISO_8859_1)) {
				for (String line = reader.readLine(); line != null; line = reader.readLine()) {
					int mark = line.indexOf(MARK);
					if (mark >= 0 && line.endsWith(REST)) {
						int number = number(line, mark);
						int stream = (number < this.out) ? 0 : 1;
						assertThat(number).as("a line after %d", last[stream]).isGreaterThan(last[stream]);
						assertThat(seen.get(number)).as("line %d twice", number).isFalse();
						seen.set(number);
						last[stream] = number;
					}
				}
			}
		}
		assertThat(seen.cardinality()).as("lines; the first one missing is %d", seen.nextClearBit(0))
			.isEqualTo(this.lines);
	}

	private static int number(String line, int mark) {
		return Integer.parseInt(line, mark + MARK.length(), line.length() - REST.length(), 10);
	}

	private static String tail(Path sink) throws IOException {
		try (RandomAccessFile file = new RandomAccessFile(sink.toFile(), "r")) {
			byte[] bytes = new byte[(int) Math.min(file.length(), 4 * LINE)];
			file.seek(file.length() - bytes.length);
			file.readFully(bytes);
			return new String(bytes, StandardCharsets.ISO_8859_1);
		}
	}

	private static void create(Path file) {
		try {
			Files.createFile(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static long modified(Path file) {
		try {
			return Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
