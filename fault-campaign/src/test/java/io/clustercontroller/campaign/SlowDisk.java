package io.clustercontroller.campaign;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes a disk slow: it hangs for most of each third of a second, so that each write of
 * etcd's log takes as long as that of a worn-out or overloaded one.
 */
final class SlowDisk implements AutoCloseable {

	private static final long HANGS_MILLIS = 250;

	private static final long WORKS_MILLIS = 80;

	private final Disk disk;

	private final CountDownLatch end = new CountDownLatch(1);

	private final Thread thread = new Thread(this::run, "campaign-slow-disk");

	SlowDisk(Disk disk) {
		this.disk = disk;
		this.thread.start();
	}

	private void run() {
		try {
			do {
				this.disk.freeze();
				this.end.await(HANGS_MILLIS, TimeUnit.MILLISECONDS);
				this.disk.thaw();
			}
			while (!this.end.await(WORKS_MILLIS, TimeUnit.MILLISECONDS));
		}
		catch (InterruptedException ex) {
			this.disk.thaw();
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		this.end.countDown();
		try {
			this.thread.join(10_000);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
