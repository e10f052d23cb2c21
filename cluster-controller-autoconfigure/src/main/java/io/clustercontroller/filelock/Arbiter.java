package io.clustercontroller.filelock;

import java.time.Duration;

/**
 * Decides who holds the lock of one folder. Used by one thread; each method blocks for
 * one answer.
 */
interface Arbiter {

	/**
	 * Take the lock if it is free, or confirm it if it is held.
	 * @param patience how long to wait for an answer, where that can be limited
	 * @throws FilesystemLockException if it is not known whether it is held now
	 */
	Attempt take(Duration patience);

	/**
	 * Give the lock up if it is held, or may be.
	 * @throws FilesystemLockException if it is not known whether that has happened
	 */
	void giveUp();

}
