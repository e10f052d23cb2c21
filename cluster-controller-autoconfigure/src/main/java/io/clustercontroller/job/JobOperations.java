package io.clustercontroller.job;

import java.util.List;

import io.clustercontroller.OperationRefusedException;

/**
 * Looking at the jobs of this service and acting on them, for the whole service and from
 * any of its instances. A bean.
 * <p>
 * Every method but {@link #known()} asks the coordinator and waits for its answer, 5 s at
 * most. All these throw {@link IllegalStateException} if it does not answer; what was
 * asked for may have happened nevertheless. All that take a name throw
 * {@link IllegalArgumentException} if there is no such job on this instance.
 */
public interface JobOperations {

	/** The jobs, by name. */
	List<JobStatus> jobs();

	/**
	 * The jobs, by name, as far as this instance knows them: answers from memory, at
	 * once, and throws nothing. The master knows what has become of each. Any other
	 * instance asks for what was written since it has looked last, so that the next call
	 * knows.
	 */
	List<JobStatus> known();

	/**
	 * Let a job run no more, from its next tick on. A run that is under way ends as it
	 * would; one that was asked for is dropped.
	 * @param reason why, for those who wonder; 200 characters at most
	 * @throws OperationRefusedException if it is paused already
	 */
	void pause(String name, String reason);

	/**
	 * Let a job run again. What came due during the pause is not caught up.
	 * @throws OperationRefusedException if it is not paused
	 */
	void resume(String name);

	/**
	 * Let the master run a job once, as soon as it can; returns when that is asked for,
	 * not when it is done. Asked for again before the run has begun it is one run. If a
	 * tick comes due by then, one run serves both.
	 * @throws OperationRefusedException if the job is paused, or if there is no master
	 */
	void runNow(String name);

}
