package io.clustercontroller.engine;

import java.util.concurrent.TimeUnit;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.engine.Decision.RoleChange;
import io.clustercontroller.event.RoleChangeCause;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engine says to people: one line for each change, and with each trouble what
 * happens next. Used on the engine's thread only.
 */
final class EngineLog {

	private static final Logger logger = LoggerFactory.getLogger(Engine.class);

	private final Member self;

	private final Coordinator coordinator;

	/** What is wrong with the session, or {@code null} if nothing is. */
	private @Nullable String trouble;

	private boolean hasJoined;

	EngineLog(Member self, Coordinator coordinator) {
		this.self = self;
		this.coordinator = coordinator;
	}

	void joined(ClusterView view) {
		this.hasJoined = true;
		this.trouble = null;
		logger.info("Joined service '{}' in '{}' as '{}' through {}; {} member(s)", this.self.service(),
				this.self.environment(), this.self.instanceId(), this.coordinator.description(), view.members().size());
	}

	/**
	 * @param joined whether this is a session that has joined, not just begun
	 */
	void confirmed(boolean joined) {
		if (joined && this.trouble != null) {
			logger.info("The session with {} is confirmed again", this.coordinator.description());
			this.trouble = null;
		}
	}

	void doubted(CoordinationException cause, Standing standing, long now) {
		this.trouble = cause.getMessage();
		Deadline deadline = standing.deadline();
		if (standing.self().role() == Role.MASTER && deadline != null) {
			long millis = Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadline.stepDownAt() - now));
			logger.warn("The session is not confirmed: {}. This master steps down in {} ms unless it is", this.trouble,
					millis);
		}
		else {
			logger.warn("The session is not confirmed: {}. Trying again", this.trouble);
		}
	}

	void ended(CoordinationException cause, boolean hadJoined) {
		if (hadJoined || this.trouble == null) {
			logger.warn("No session with {}, trying again until there is one: {}", this.coordinator.description(),
					cause.getMessage());
		}
		this.trouble = cause.getMessage();
	}

	void becameMaster(RoleChange change) {
		logger.info("Became master of service '{}' with token {} ({})", this.self.service(), change.token(),
				change.cause());
	}

	/**
	 * @param unconfirmed whether the session had ended, or was not confirmed in time
	 */
	void becameSlave(RoleChange change, @Nullable Mastership master, boolean unconfirmed) {
		if (change.cause() == RoleChangeCause.STARTED) {
			logger.info("Became slave of service '{}'; {}", this.self.service(), (master != null)
					? "the master is '" + master.instanceId() + "'" : "there is no master at the moment");
		}
		else if (change.cause() == RoleChangeCause.SESSION_LOST) {
			logger.warn("Stepped down as master of service '{}' with token {} ({}): {}", this.self.service(),
					change.token(), change.cause(),
					unconfirmed ? whyUnconfirmed() : "another one has taken it, or somebody has deleted it");
		}
		else {
			logger.info("Stepped down as master of service '{}' with token {} ({})", this.self.service(),
					change.token(), change.cause());
		}
	}

	/** The deadline of a call may be later than that of the master. */
	private String whyUnconfirmed() {
		return (this.trouble != null) ? this.trouble : this.coordinator.description() + " does not answer";
	}

	void entered(MemberState state) {
		logger.debug("Instance '{}' is {}", this.self.instanceId(), state);
	}

	void left() {
		if (this.hasJoined) {
			logger.info("Left service '{}'", this.self.service());
		}
	}

}
