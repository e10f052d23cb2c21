package io.clustercontroller.command;

/**
 * A command and all that it has started. Used by the thread of {@link Commands} only.
 */
interface Family {

	/** Those who are alive. */
	Members find();

}
