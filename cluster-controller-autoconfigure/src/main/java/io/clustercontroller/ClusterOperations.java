package io.clustercontroller;

/**
 * Acting on the cluster. A bean. Both methods wait until the mastership has been handed
 * over, at most as long as an orderly stop may take
 * ({@code cluster-controller.stop-timeout}), and must not be called from a listener of a
 * role event, which they would wait for.
 * <p>
 * A successor is asked before anything is given up, so that mastership never goes to an
 * instance that is frozen: where nobody takes over, this instance stays master.
 */
public interface ClusterOperations {

	/**
	 * Hand mastership over to the best candidate: the highest priority, then the one that
	 * joined first.
	 * @throws OperationRefusedException if this instance is not master, if another
	 * hand-over is under way, or if nobody can take over; nothing has changed then
	 */
	void stepDown();

	/**
	 * Hand mastership over to the given member.
	 * @param instanceId the member's instance id
	 * @throws OperationRefusedException if this instance is not master, if another
	 * hand-over is under way, or if that member is unknown, this instance itself, not
	 * eligible, or does not answer; nothing has changed then
	 */
	void handOver(String instanceId);

}
