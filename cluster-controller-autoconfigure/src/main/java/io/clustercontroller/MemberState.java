package io.clustercontroller;

/**
 * How far an instance has come in its life. The states follow each other in this order;
 * {@link #ACTIVE} may fall back to {@link #RUNNING}.
 */
public enum MemberState {

	/** Joined or about to join; the role is not decided yet. */
	STARTED,

	/** The role is known; the service is starting. */
	RUNNING,

	/** The service does its work: all ports it is expected to open answer. */
	ACTIVE,

	/** On the way out: gives up its role and its work. */
	STOPPING,

	/** Left the service. */
	TERMINATED

}
