package io.clustercontroller.job;

/**
 * Takes jobs that are not methods with an annotation, such as those that stand in a
 * configuration. A bean.
 */
public interface JobRegistry {

	/**
	 * Register a job: from now on each tick of its schedule runs once in the service, on
	 * the master, on a thread of its own named {@code cluster-jobs-*}. All instances of
	 * the service register the same jobs. May be called from any thread, best before the
	 * application is up.
	 * @throws IllegalStateException if there is a job of this name
	 */
	void register(JobDefinition definition, JobWork work);

}
