package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps two runs of one name apart, whichever processes of this machine they are in. The
 * system releases it when a process dies.
 * <p>
 * A process that closes a lock file loses its lock, even if it had opened the file twice:
 * so each is opened once in this JVM.
 */
final class RunLock implements AutoCloseable {

	private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

	private final Path file;

	private final FileChannel channel;

	private RunLock(Path file, FileChannel channel) {
		this.file = file;
		this.channel = channel;
	}

	/** Take it, or nothing if somebody has it. */
	static Optional<RunLock> tryAcquire(Path lock) throws IOException {
		Path file = lock.resolveSibling("").toRealPath().resolve(lock.getFileName());
		if (!HELD.add(file)) {
			return Optional.empty();
		}
		Optional<RunLock> taken = Optional.empty();
		try {
			taken = open(file);
			return taken;
		}
		finally {
			if (taken.isEmpty()) {
				HELD.remove(file);
			}
		}
	}

	private static Optional<RunLock> open(Path file) throws IOException {
		FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		FileLock lock = null;
		try {
			lock = channel.tryLock();
			return (lock != null) ? Optional.of(new RunLock(file, channel)) : Optional.empty();
		}
		finally {
			if (lock == null) {
				channel.close();
			}
		}
	}

	@Override
	public void close() throws IOException {
		try {
			this.channel.close();
		}
		finally {
			HELD.remove(this.file);
		}
	}

}
