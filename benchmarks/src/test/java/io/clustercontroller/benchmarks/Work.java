package io.clustercontroller.benchmarks;

import io.clustercontroller.job.MasterOnly;

/**
 * As little work as there can be.
 */
public class Work {

	private long count;

	@MasterOnly
	public void work() {
		this.count++;
	}

	public long count() {
		return this.count;
	}

}
