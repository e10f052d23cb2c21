package io.clustercontroller.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

	/**
	 * All processes that are alive.
	 * @throws IOException if they cannot be known, as no file can be opened
	 */
	static List<Entry> read() throws IOException {
		List<Entry> entries = new ArrayList<>();
		try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
			for (Path process : processes) {
				Entry entry = find(Long.parseLong(process.getFileName().toString()));
				if (entry != null) {
					entries.add(entry);
				}
			}
		}
		catch (DirectoryIteratorException ex) {
			throw ex.getCause();
		}
		return entries;
	}

	/** The process if it is alive. A zombie is not: it only waits to be counted. */
	static @Nullable Entry find(long pid) throws IOException {
		Path stat = PROC.resolve(pid + "/stat");
		try {
			Entry entry = parse(pid, new String(Files.readAllBytes(stat), StandardCharsets.UTF_8));
			return (entry.state() == 'Z' || entry.state() == 'X') ? null : entry;
		}
		catch (IOException ex) {
			// this is asked without opening it, so it holds where no file can be opened
			if (Files.isReadable(stat)) {
				throw ex;
			}
			return null;
		}
	}

	/** Whether the environment with which the process was started holds the text. */
	static boolean hasInEnvironment(long pid, byte[] text) throws IOException {
		return hasIn("environ", pid, text);
	}

	/** Whether the program and its arguments, with a NUL behind each, hold the text. */
	static boolean hasInWords(long pid, byte[] text) throws IOException {
		return hasIn("cmdline", pid, text);
	}

	private static boolean hasIn(String file, long pid, byte[] text) throws IOException {
		try {
			return contains(Files.readAllBytes(PROC.resolve(pid + "/" + file)), text);
		}
		catch (NoSuchFileException | AccessDeniedException ex) {
			// it has ended, or belongs to somebody else
			return false;
		}
		catch (IOException ex) {
			// a zombie and a kernel thread have none; or no file can be opened at all
			Files.readAllBytes(PROC.resolve("self/stat"));
			return false;
		}
	}

	static Entry parse(long pid, String stat) {
		// the name stands in parentheses, and may hold anything
		String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
		return new Entry(pid, fields[0].charAt(0), Long.parseLong(fields[1]), Long.parseLong(fields[2]),
				Long.parseLong(fields[3]), Long.parseLong(fields[19]));
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
