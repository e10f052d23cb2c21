package io.clustercontroller.benchmarks;

import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;

/**
 * The same work under a lock of ShedLock.
 */
public class Locked {

	private long count;

	@SchedulerLock(name = "free")
	public void work() {
		this.count++;
	}

	@SchedulerLock(name = JvmLockProvider.TAKEN)
	public void refused() {
		this.count++;
	}

	public long count() {
		return this.count;
	}

}
