package io.clustercontroller.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The processes of this machine as {@code /proc} shows them.
 */
final class ProcessTable {

	private static final Path PROC = Path.of("/proc");

	private ProcessTable() {
	}

	/** Whether there is one, and it shows what is needed of it. */
	static boolean isReadable() {
		String self = String.valueOf(ProcessHandle.current().pid());
		try {
			// it may be that of another namespace, where the numbers mean others
			return Files.readSymbolicLink(PROC.resolve("self")).toString().equals(self)
					&& Files.isReadable(PROC.resolve("self/environ"));
		}
		catch (IOException | UnsupportedOperationException ex) {
			return false;
		}
	}

	/** All processes that are alive. */
	static List<Entry> read() {
		List<Entry> entries = new ArrayList<>();
		try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
			for (Path process : processes) {
				Entry entry = find(Long.parseLong(process.getFileName().toString()));
				if (entry != null) {
					entries.add(entry);
				}
			}
		}
		catch (IOException | DirectoryIteratorException ex) {
			throw new IllegalStateException("The table of processes cannot be read", ex);
		}
		return entries;
	}

	/** The process if it is alive. A zombie is not: it only waits to be counted. */
	static @Nullable Entry find(long pid) {
		try {
			Entry entry = parse(pid,
					new String(Files.readAllBytes(PROC.resolve(pid + "/stat")), StandardCharsets.UTF_8));
			return (entry.state() == 'Z' || entry.state() == 'X') ? null : entry;
		}
		catch (IOException ex) {
			return null;
		}
	}

	/** Whether the environment with which the process was started holds the text. */
	static boolean hasInEnvironment(long pid, byte[] text) {
		try {
			return contains(Files.readAllBytes(environment(pid)), text);
		}
		catch (IOException ex) {
			// it has ended, or belongs to somebody else
			return false;
		}
	}

	static Entry parse(long pid, String stat) {
		// the name stands in parentheses, and may hold anything
		String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
		return new Entry(pid, fields[0].charAt(0), Long.parseLong(fields[1]), Long.parseLong(fields[2]),
				Long.parseLong(fields[3]), Long.parseLong(fields[19]));
	}

	private static Path environment(long pid) {
		return PROC.resolve(pid + "/environ");
	}

	private static boolean contains(byte[] bytes, byte[] text) {
		for (int i = 0; i <= bytes.length - text.length; i++) {
			int matching = 0;
			while (matching < text.length && bytes[i + matching] == text[matching]) {
				matching++;
			}
			if (matching == text.length) {
				return true;
			}
		}
		return false;
	}

	/**
	 * A process.
	 *
	 * @param started when it was started, in ticks since the start of the machine
	 */
	record Entry(long pid, char state, long parent, long group, long session, long started) {
	}

}
