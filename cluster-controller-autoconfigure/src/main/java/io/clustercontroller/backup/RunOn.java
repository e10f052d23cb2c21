package io.clustercontroller.backup;

import io.clustercontroller.Role;

/**
 * Which instances take a backup.
 */
public enum RunOn {

	/** The master, and nobody else. */
	MASTER,

	/** Every one that is not master. */
	SLAVE,

	/** Every one. */
	ALL;

	boolean includes(Role role) {
		return this == ALL || (this == MASTER) == (role == Role.MASTER);
	}

}
