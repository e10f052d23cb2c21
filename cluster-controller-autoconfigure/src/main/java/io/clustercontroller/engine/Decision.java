package io.clustercontroller.engine;

import io.clustercontroller.Role;
import io.clustercontroller.event.RoleChangeCause;
import org.jspecify.annotations.Nullable;

/**
 * What to do next.
 *
 * @param change the role to take on, or {@code null} to stay; with a change there is
 * nothing else to do, and the next decision follows at once
 * @param action what to ask of the session, or {@code null} for nothing
 * @param wakeUpIn nanoseconds after which to decide again if nothing happens, or
 * {@link #NEVER}
 */
record Decision(@Nullable RoleChange change, @Nullable Action action, long wakeUpIn) {

	static final long NEVER = Long.MAX_VALUE;

	static Decision change(Role role, long token, RoleChangeCause cause) {
		return new Decision(new RoleChange(role, token, cause), null, NEVER);
	}

	static Decision act(Action action) {
		return new Decision(null, action, NEVER);
	}

	static Decision waitFor(long nanos) {
		return new Decision(null, null, nanos);
	}

	/** The same, but decided again after the given time at the latest. */
	Decision inTime(long nanos) {
		return new Decision(this.change, this.action, Math.min(this.wakeUpIn, nanos));
	}

	/** What can be asked of the session. */
	enum Action {

		/** Try to become master. */
		ACQUIRE,

		/** Give up a mastership this instance must not act on. */
		RELEASE,

		/** Take the mastership that is offered. */
		ACCEPT,

		/** Have the session confirmed at once. */
		RENEW

	}

	/**
	 * A change of the role.
	 *
	 * @param role the new role
	 * @param token the token of the mastership that begins or ends
	 * @param cause why
	 */
	record RoleChange(Role role, long token, RoleChangeCause cause) {
	}

}
