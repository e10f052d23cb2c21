package io.clustercontroller.process;

import java.util.OptionalLong;

import io.clustercontroller.Role;

/**
 * A role of this instance, as the service is told of it.
 *
 * @param token the fencing token of the mastership that began or ended
 */
record RoleNews(Role role, long token) {

	OptionalLong fencingToken() {
		return (this.role == Role.MASTER) ? OptionalLong.of(this.token) : OptionalLong.empty();
	}

}
