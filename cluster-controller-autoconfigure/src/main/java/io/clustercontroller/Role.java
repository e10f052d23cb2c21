package io.clustercontroller;

/**
 * The part an instance plays in its service.
 */
public enum Role {

	/** The one instance that does the work which must not be done twice. */
	MASTER,

	/** Every other instance: it stands by, and may become master at any time. */
	SLAVE

}
