package io.clustercontroller.filelock;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Locks on folders that several containers mount: at any instant at most one instance
 * holds the lock of a folder. A bean; every method may be called from any thread.
 * <p>
 * A lock belongs to the instance, not to a thread: whoever in this process asks for a
 * lock that is held already gets it. Once taken it is kept until it is released or the
 * instance stops. It can be lost before that, to a pause or an outage that is longer than
 * the session; it is then tried for again until it is there or released. The events
 * {@link io.clustercontroller.event.FilesystemLockAcquiredEvent} and
 * {@link io.clustercontroller.event.FilesystemLockLostEvent} tell.
 * <p>
 * A folder may be given as it comes: relative, with {@code ..}, or through a symbolic
 * link. It is made absolute and normalised, and its real path decides.
 */
public interface FilesystemLocks {

	/**
	 * Whether this instance holds the lock of a folder at this very moment. Never blocks
	 * and touches no file. Evaluated from the clocks at each call: a thread that wakes
	 * from a pause longer than the session sees {@code false} at once. Ask right before
	 * each piece of work the lock guards.
	 * @param folder the folder, as it was given to {@link #tryAcquire(Path)} or to the
	 * configuration, or its real path
	 */
	boolean holds(Path folder);

	/**
	 * Take the lock of a folder if it is free. Waits for one answer, 5 s at most, never
	 * for a holder to leave.
	 * @param folder the folder, which must exist and be writable
	 * @return true if this instance holds the lock now, also if it did before; false if
	 * another one does
	 * @throws FilesystemLockException if the folder cannot be locked, or if there was no
	 * answer; what was asked for is taken back then
	 */
	boolean tryAcquire(Path folder);

	/**
	 * Give the lock of a folder up; does nothing where this instance does not hold it.
	 * {@link #holds(Path)} is false afterwards. Waits for one answer, 5 s at most;
	 * without one it goes on trying in the background.
	 * @param folder the folder, as for {@link #holds(Path)}
	 * @throws FilesystemLockException if the thread that keeps the lock hangs, say in a
	 * file system that does not answer; the lock is given up as soon as it goes on
	 */
	void release(Path folder);

	/**
	 * The fencing token of the lock, which grows each time the lock changes hands.
	 * Present while {@link #holds(Path)}. Pass it on to whatever can refuse lower ones.
	 * @param folder the folder, as for {@link #holds(Path)}
	 */
	OptionalLong token(Path folder);

	/**
	 * The folders whose locks this instance holds at this very moment, by their real
	 * paths, with the tokens. Never blocks and touches no file.
	 */
	Map<Path, Long> held();

}
