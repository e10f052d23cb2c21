package io.clustercontroller.job;

/**
 * Lets code check that the guard is really there: that it was called through the proxy of
 * its bean and not by {@code this}.
 */
public final class MasterAssert {

	private MasterAssert() {
	}

	/**
	 * Check that this thread is inside a {@link MasterOnly} call, or the run of a job,
	 * and that the mastership with which it began still lasts. Does not block.
	 * @throws NotMasterException if the mastership has ended, or the guard let the call
	 * through for {@code role = SLAVE} only
	 * @throws IllegalStateException if there is no guard around this call
	 */
	public static void assertMaster() {
		Run run = Run.current();
		if (run == null) {
			throw new IllegalStateException("There is no guard around this call. Annotate the method of the bean with "
					+ "@MasterOnly, and call it through the bean: a call by 'this' passes no guard.");
		}
		if (!run.isByMaster()) {
			throw new NotMasterException("This instance is no longer master with the token that this call began with.");
		}
	}

}
