package io.clustercontroller.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.ClusterTimings;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Pause;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Deadline;
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

	/** The token of the last master that was told of, so that each is told of once. */
	private long told;

	EngineLog(Member self, Coordinator coordinator) {
		this.self = self;
		this.coordinator = coordinator;
	}

	/** What everybody should know before trouble begins. */
	void starts(ClusterTimings timings) {
		logger.info(
				"Instance '{}' of service '{}' in '{}' with priority {}: {}, TTL {} ms, step-down margin {} ms; "
						+ "a failover takes {} ms at most, a hand-over {} ms",
				this.self.instanceId(), this.self.service(), this.self.environment(), this.self.priority(),
				this.coordinator.description(), timings.ttl().toMillis(), timings.stepDownMargin().toMillis(),
				timings.crashFailoverLimit().toMillis(), timings.handOverLimit().toMillis());
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

	/**
	 * @param withoutMaster how long no master was seen before
	 */
	void becameMaster(RoleChange change, Duration withoutMaster) {
		tellMaster(this.self.instanceId(), change.token(), change.cause(), withoutMaster);
	}

	/**
	 * @param mastership the master as applications see it, of whom it may have been told
	 * @param withoutMaster how long no master was seen before
	 */
	void sawMaster(@Nullable Mastership mastership, Duration withoutMaster) {
		if (mastership != null && mastership.token() != this.told) {
			tellMaster(mastership.instanceId(), mastership.token(),
					mastership.handedOver() ? RoleChangeCause.HANDED_OVER : RoleChangeCause.PROMOTED, withoutMaster);
		}
	}

	private void tellMaster(String instanceId, long token, RoleChangeCause cause, Duration withoutMaster) {
		this.told = token;
		logger.info("'{}' became master of service '{}' with token {} ({}); no master was seen for {} ms", instanceId,
				this.self.service(), token, cause, withoutMaster.toMillis());
	}

	/**
	 * @param unconfirmed whether the session had ended, or was not confirmed in time
	 */
	void becameSlave(RoleChange change, @Nullable Mastership master, boolean unconfirmed) {
		if (change.cause() == RoleChangeCause.STARTED) {
			this.told = (master != null) ? master.token() : 0;
			logger.info("Became slave of service '{}'; {}", this.self.service(),
					(master != null) ? "the master is '%s' with token %d".formatted(master.instanceId(), master.token())
							: "there is no master at the moment");
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

	void paused(Pause pause) {
		logger.warn(
				"Service '{}' is paused until {} by '{}': {}. Nobody becomes master but by a hand-over, "
						+ "whatever happens to the present one",
				this.self.service(), pause.until(), pause.by(), pause.reason());
	}

	void vacantWhilePaused(Pause pause) {
		logger.warn("Service '{}' has no master and gets none while it is paused: until {}, or until somebody "
				+ "resumes it", this.self.service(), pause.until());
	}

	void resumed() {
		logger.info("The pause of service '{}' is over", this.self.service());
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
