package io.clustercontroller.filelock;

import java.nio.file.Path;
import java.util.List;

import org.springframework.context.SmartLifecycle;

/**
 * Gives all locks up when the instance has left its service, so when all work has
 * stopped: the service and what hears of the stop are stopped before it leaves. Locks
 * that go with the session have gone with it.
 */
final class FilesystemLocksLifecycle implements SmartLifecycle {

	/** Before the instance joins, 512 before the default phase, and after it has left. */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 576;

	private final KeptLocks locks;

	private final List<Path> folders;

	private volatile boolean running;

	FilesystemLocksLifecycle(KeptLocks locks, List<Path> folders) {
		this.locks = locks;
		this.folders = folders;
	}

	/** A folder that cannot be locked ends the start before anybody sees the instance. */
	@Override
	public void start() {
		for (Path folder : this.folders) {
			try {
				LockedFolder.real(folder);
			}
			catch (UnlockableFolderException ex) {
				throw FilesystemLocksProperties.invalid(ex, folder);
			}
		}
		this.locks.open();
		this.running = true;
	}

	@Override
	public void stop() {
		this.locks.close();
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Whoever pauses a context does not want others to have what it has locked. */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
