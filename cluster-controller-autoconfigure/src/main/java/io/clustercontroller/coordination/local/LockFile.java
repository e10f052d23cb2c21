package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A lock of the operating system on a file, held until it is closed or the process dies.
 * Paths must be real paths: they are what the locks of this process are known by.
 * <p>
 * On POSIX systems a process that closes a file loses all its locks on it, also those it
 * took through another descriptor. So nothing in this process may open a lock file that
 * this process has locked, not even to read it, to create it or to set its time. That is
 * why lock files have no content, and why this class keeps a list of what is held.
 */
final class LockFile implements AutoCloseable {

	/**
	 * An interned string is one object for all class loaders. Several copies of this
	 * class in one process, as in a servlet container, endanger each other's locks too.
	 */
	private static final Object MONITOR = "io.clustercontroller.coordination.local.LockFile".intern();

	/** The list for all class loaders: one system property for each lock. */
	private static final String PROPERTY = "io.clustercontroller.lock:";

	/** The list for this class alone, should somebody replace the system properties. */
	private static final Set<Path> HELD = new HashSet<>();

	private final Path file;

	private final Object identity;

	private final FileChannel channel;

	private boolean closed;

	private LockFile(Path file, Object identity, FileChannel channel) {
		this.file = file;
		this.identity = identity;
		this.channel = channel;
	}

	/**
	 * Take the lock if it is free, creating the file if need be. A probe by another
	 * process may be in the way for a moment.
	 * @return the lock, or {@code null} if it is taken
	 */
	static @Nullable LockFile tryAcquire(Path file) throws IOException {
		synchronized (MONITOR) {
			if (isHeldHere(file)) {
				return null;
			}
			Object identity = createIfMissing(file);
			FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
			boolean taken = false;
			try {
				// The file may have been replaced before it was locked: then the lock is
				// worthless.
				taken = tryLock(channel, false) && identity(file).filter(identity::equals).isPresent();
			}
			finally {
				if (!taken) {
					channel.close();
				}
			}
			if (!taken) {
				return null;
			}
			HELD.add(file);
			System.setProperty(PROPERTY + file, "held");
			return new LockFile(file, identity, channel);
		}
	}

	/** Whether anybody holds the lock, in this process or in another one. */
	static boolean isHeld(Path file) throws IOException {
		synchronized (MONITOR) {
			if (isHeldHere(file)) {
				return true;
			}
			// A shared lock, so that two that probe do not take each other for the
			// holder.
			try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
				return !tryLock(channel, true);
			}
			catch (NoSuchFileException ex) {
				return false;
			}
			catch (AccessDeniedException ex) {
				return true; // cannot be told: nobody may be declared dead for that
			}
		}
	}

	private static boolean isHeldHere(Path file) {
		return HELD.contains(file) || System.getProperty(PROPERTY + file) != null;
	}

	private static boolean tryLock(FileChannel channel, boolean shared) throws IOException {
		try {
			FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
			return lock != null;
		}
		catch (OverlappingFileLockException ex) {
			return false;
		}
	}

	private static Object createIfMissing(Path file) throws IOException {
		try {
			if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
				Files.createFile(file, OwnerOnly.file(file));
			}
		}
		catch (FileAlreadyExistsException ex) {
			// by another process, just now
		}
		return identity(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
	}

	private static Optional<Object> identity(Path file) throws IOException {
		try {
			Object key = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
			return Optional.of((key != null) ? key : "unknown"); // Windows knows none
		}
		catch (NoSuchFileException ex) {
			return Optional.empty();
		}
	}

	/** Whether the file that is locked is still the one that others find there. */
	boolean isIntact() throws IOException {
		return identity(this.file).filter(this.identity::equals).isPresent();
	}

	/**
	 * Make the file young, for those who clear up files that have not changed for days.
	 */
	void touch() throws IOException {
		this.channel.write(ByteBuffer.allocate(1), 0);
	}

	/** Delete the file while it is locked, so that nobody can be locking it. */
	void delete() throws IOException {
		Files.deleteIfExists(this.file);
	}

	@Override
	public void close() throws IOException {
		synchronized (MONITOR) {
			if (this.closed) {
				return;
			}
			this.closed = true;
			try {
				this.channel.close();
			}
			finally {
				HELD.remove(this.file);
				System.clearProperty(PROPERTY + this.file);
			}
		}
	}

	@Override
	public String toString() {
		return this.file.toString();
	}

}
