package io.clustercontroller.campaign;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.testing.ChildProcesses;

/**
 * Wall clocks of instances that can be set. The monotonic clock, by which all is judged,
 * stays that of the machine.
 */
final class Clocks {

	private final Path library;

	private final Path folder;

	private Clocks(Path library, Path folder) {
		this.library = library;
		this.folder = folder;
	}

	/** Clocks below the folder, where there is a C compiler. */
	static Optional<Clocks> create(Path folder) {
		Path library = folder.resolve("clock.so");
		try {
			Files.createDirectories(folder);
			ChildProcesses.run(List.of("cc", "-O2", "-shared", "-fPIC", "-o", library.toString(),
					Path.of("src", "test", "native", "clock.c").toString(), "-ldl"));
			return Optional.of(new Clocks(library, folder));
		}
		catch (IllegalStateException | UncheckedIOException ex) {
			return Optional.empty();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The variables of a process that goes by the clock of this name, which is right. */
	Map<String, String> variables(String name) {
		set(name, 0);
		return Map.of("LD_PRELOAD", this.library.toString(), "CAMPAIGN_CLOCK", file(name).toString());
	}

	/** Set a clock ahead of the machine's, or behind it. */
	void set(String name, long seconds) {
		try {
			try (RandomAccessFile file = new RandomAccessFile(file(name).toFile(), "rw")) {
				// the library maps it, and reads the number as the processor has it
				file.writeLong(Long.reverseBytes(TimeUnit.SECONDS.toNanos(seconds)));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Path file(String name) {
		return this.folder.resolve(name + ".clock");
	}

}
