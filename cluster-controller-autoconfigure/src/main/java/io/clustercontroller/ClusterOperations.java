package io.clustercontroller;

import java.time.Duration;

/**
 * Acting on the cluster. A bean.
 * <p>
 * {@link #stepDown()} and {@link #handOver(String)} wait until the mastership has been
 * handed over, at most as long as an orderly stop may take
 * ({@code cluster-controller.stop-timeout}), and must not be called from a listener of a
 * role event, which they would wait for. A successor is asked before anything is given
 * up, so that mastership never goes to an instance that is frozen: where nobody takes
 * over, this instance stays master.
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

	/**
	 * Pause the whole service: nobody becomes master by election any more. The present
	 * master stays master as long as its session lives; when it stops or loses its
	 * session nobody takes over. {@link #stepDown()} and {@link #handOver(String)} work
	 * as ever. A pause that is in force is replaced. May be called on any instance. Waits
	 * for the coordinator, 5 s at most; the others see it a moment later.
	 * @param reason why, for those who wonder; 1 to 200 characters
	 * @param expiry after which time the pause ends by itself; up to 7 days
	 * @throws IllegalArgumentException if the reason or the expiry is not like that
	 * @throws IllegalStateException if the coordinator does not answer; the service may
	 * be paused nevertheless
	 */
	void pause(String reason, Duration expiry);

	/**
	 * End the pause of the service; without one nothing happens. May be called on any
	 * instance. Waits for the coordinator, 5 s at most.
	 * @throws IllegalStateException if the coordinator does not answer; the pause may
	 * have ended nevertheless
	 */
	void resume();

	/**
	 * Let this instance stand for election, or no longer: in place of
	 * {@code cluster-controller.election.eligible} until it ends. A master stays master
	 * until it hands over or loses its session. Returns at once; the others see it a
	 * moment later.
	 * @throws OperationRefusedException if this instance takes no part in its cluster, or
	 * is to stand although its priority is 0, with which it never does
	 */
	void setEligible(boolean eligible);

}
