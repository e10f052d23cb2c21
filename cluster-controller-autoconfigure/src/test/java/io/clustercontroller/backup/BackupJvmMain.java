package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

import io.clustercontroller.backup.BackupProperties.Job;
import io.clustercontroller.command.Commands;
import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.filelock.FilesystemLocks;

import org.springframework.util.unit.DataSize;

/**
 * Takes one backup of a file and one of a folder after the other, an hour later each time
 * by a clock of its own, until it is killed.
 */
public final class BackupJvmMain {

	static final String FILE = "file";

	static final String FOLDER = "folder";

	private static final List<String> MAKE_FILE = List.of("sh", "-c",
			"head -c 300000 /dev/urandom > {output}; echo end >> {output}");

	private static final List<String> MAKE_FOLDER = List.of("sh", "-c",
			"mkdir -p {output}/sub; for i in 1 2 3 4; do head -c 50000 /dev/urandom > {output}/sub/$i; done");

	private BackupJvmMain() {
	}

	/**
	 * @param arguments the destination, and how many to take at most
	 */
	public static void main(String[] arguments) throws Exception {
		BackupProperties properties = properties(Path.of(arguments[0]));
		LoopThread timer = new LoopThread("timer", true);
		try (Commands commands = new Commands()) {
			Instant now = begin(properties);
			System.out.println("ready");
			for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
				now = now.plus(Duration.ofHours(1));
				take(BackupRequest.command(FILE, MAKE_FILE), now, properties, commands, timer);
				take(BackupRequest.command(FOLDER, MAKE_FOLDER), now, properties, commands, timer);
				System.out.println("taken");
			}
		}
	}

	static BackupProperties properties(Path destination) {
		return new BackupProperties(destination, 3, 2, 2, 2, "UTC", RunOn.MASTER, null, DataSize.ofBytes(1), 0,
				List.of(), Duration.ofMinutes(1), false, List.<Job>of());
	}

	/** After all that is there. */
	private static Instant begin(BackupProperties properties) throws IOException {
		return properties.destination().folder(FILE).list((damaged, reason) -> {
			throw new AssertionError(damaged + ": " + reason);
		})
			.stream()
			.map((backup) -> backup.id().startedAt())
			.max(Instant::compareTo)
			.orElse(Instant.parse("2024-03-10T02:05:00Z"));
	}

	private static void take(BackupRequest request, Instant now, BackupProperties properties, Commands commands,
			LoopThread timer) throws Exception {
		Making making = new Making(request.name(), () -> commands, System.getenv(), Duration.ofSeconds(1));
		AtomicBoolean permitted = new AtomicBoolean();
		BackupResult result = new BackupRun(request, now, properties,
				new DestinationLock(new Held(), properties.destinationFolder(), timer), making,
				() -> permitted.set(true), (home) -> new Progress(request.name(), home, TimeSource.SYSTEM, timer))
			.call();
		if (!permitted.get() || !(result instanceof BackupResult.Completed)) {
			throw new IllegalStateException("Not taken: " + result);
		}
	}

	/** The only instance. */
	private static final class Held implements FilesystemLocks {

		@Override
		public boolean holds(Path folder) {
			return true;
		}

		@Override
		public boolean tryAcquire(Path folder) {
			return true;
		}

		@Override
		public void release(Path folder) {
		}

		@Override
		public OptionalLong token(Path folder) {
			return OptionalLong.empty();
		}

		@Override
		public Map<Path, Long> held() {
			return Map.of();
		}

	}

}
