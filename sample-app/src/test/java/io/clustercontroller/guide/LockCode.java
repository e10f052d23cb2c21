package io.clustercontroller.guide;

import java.nio.file.Path;
import java.util.OptionalLong;

import io.clustercontroller.filelock.FilesystemLocks;

/**
 * The code in filesystem-locks.md.
 */
abstract class LockCode {

	private final FilesystemLocks locks;

	LockCode(FilesystemLocks locks) {
		this.locks = locks;
	}

	void writeTo(Path folder) {
		if (this.locks.tryAcquire(folder)) { // a bean of type FilesystemLocks
			try {
				while (moreToWrite() && this.locks.holds(folder)) {
					write(folder, this.locks.token(folder));
				}
			}
			finally {
				this.locks.release(folder);
			}
		}
	}

	abstract boolean moreToWrite();

	abstract void write(Path folder, OptionalLong token);

}
