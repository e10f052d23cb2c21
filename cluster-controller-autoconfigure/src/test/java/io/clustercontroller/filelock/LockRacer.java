package io.clustercontroller.filelock;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a process of {@link LockRaceTests} runs: an application that takes the lock
 * whenever it can, keeps it for a while, and leaves proofs of each moment in which it
 * holds it. Ends by being killed.
 */
public final class LockRacer {

	private final FilesystemLocks locks;

	private final Path folder;

	private final PrintWriter proofs;

	/** Written by whoever holds the lock: its token and its process id. */
	private final FileChannel register;

	private LockRacer(FilesystemLocks locks, Path folder, Path arena) throws IOException {
		this.locks = locks;
		this.folder = folder;
		this.proofs = new PrintWriter(
				Files.newBufferedWriter(arena.resolve(ProcessHandle.current().pid() + LockRaceTests.PROOFS)), true);
		this.register = FileChannel.open(arena.resolve("register"), StandardOpenOption.CREATE, StandardOpenOption.READ,
				StandardOpenOption.WRITE);
	}

	public static void main(String[] args) throws IOException {
		LockingInstance instance = LockingInstance.start(List.of(args).subList(2, args.length));
		new LockRacer(instance.locks(), Path.of(args[0]), Path.of(args[1])).race();
	}

	private void race() throws IOException {
		this.proofs.println("ready");
		while (true) {
			if (tryAcquire()) {
				long end = System.nanoTime() + random(10, 1500);
				while (System.nanoTime() - end < 0) {
					sample();
					useRegister();
					LockSupport.parkNanos(random(0, 2));
				}
				release();
			}
			LockSupport.parkNanos(random(10, 60));
		}
	}

	private boolean tryAcquire() {
		try {
			return this.locks.tryAcquire(this.folder);
		}
		catch (FilesystemLockException ex) {
			return false;
		}
	}

	private void release() {
		try {
			this.locks.release(this.folder);
		}
		catch (FilesystemLockException ex) {
			// it goes on
		}
	}

	/** At some instant between the two times the lock was held with this token. */
	private void sample() {
		long from = System.nanoTime();
		OptionalLong token = this.locks.token(this.folder);
		long until = System.nanoTime();
		if (token.isPresent()) {
			this.proofs.println("held " + from + " " + until + " " + token.getAsLong() + " .");
		}
	}

	/**
	 * The kernel lets one process at a time in here. Whoever holds the lock while the
	 * register names a later holder is a second one.
	 */
	private void useRegister() throws IOException {
		try (FileLock exclusive = this.register.tryLock()) {
			if (exclusive == null) {
				return;
			}
			OptionalLong token = this.locks.token(this.folder);
			if (token.isEmpty()) {
				return;
			}
			long pid = ProcessHandle.current().pid();
			ByteBuffer record = ByteBuffer.allocate(16);
			if (this.register.read(record, 0) == 16) {
				long last = record.getLong(0);
				if (last > token.getAsLong() || (last == token.getAsLong() && record.getLong(8) != pid)) {
					this.proofs.println("violation: held with token " + token.getAsLong() + " after process "
							+ record.getLong(8) + " had used token " + last);
				}
			}
			record.clear();
			record.putLong(token.getAsLong()).putLong(pid).flip();
			this.register.write(record, 0);
			this.proofs.println("used");
		}
	}

	private static long random(long fromMillis, long toMillis) {
		return TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextLong(fromMillis, toMillis));
	}

}
