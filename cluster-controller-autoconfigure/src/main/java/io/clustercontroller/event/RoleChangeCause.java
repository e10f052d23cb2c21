package io.clustercontroller.event;

/**
 * Why an instance has got the role it has.
 */
public enum RoleChangeCause {

	/** The first role after the instance has joined. */
	STARTED,

	/** There was no master, and this instance won the election. */
	PROMOTED,

	/**
	 * The mastership was handed over: to this instance, or from it to a chosen member.
	 */
	HANDED_OVER,

	/** This instance was asked to step down. */
	STEPPED_DOWN,

	/**
	 * The session could not be confirmed in time, or is gone. Where the coordinator
	 * cannot be reached, nobody knows who is master now.
	 */
	SESSION_LOST,

	/** This instance is stopping. */
	STOPPING

}
