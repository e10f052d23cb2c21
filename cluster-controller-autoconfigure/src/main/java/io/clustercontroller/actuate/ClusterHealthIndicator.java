package io.clustercontroller.actuate;

import java.time.Duration;

import io.clustercontroller.ClusterController;
import io.clustercontroller.MemberState;
import io.clustercontroller.Pause;
import io.clustercontroller.Role;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether this instance takes its part in the service, in whichever role. Answers from
 * memory.
 */
final class ClusterHealthIndicator implements HealthIndicator {

	private final ClusterController cluster;

	private final MasterVacancy vacancy;

	private final Duration withoutMasterLimit;

	ClusterHealthIndicator(ClusterController cluster, MasterVacancy vacancy, Duration withoutMasterLimit) {
		this.cluster = cluster;
		this.vacancy = vacancy;
		this.withoutMasterLimit = withoutMasterLimit;
	}

	@Override
	public Health health() {
		Duration remaining = this.cluster.sessionRemaining();
		MemberState state = this.cluster.state();
		Duration withoutMaster = this.vacancy.lasting();
		String trouble = findTrouble(state, remaining, withoutMaster);
		Health.Builder health = (trouble != null) ? Health.outOfService().withDetail("reason", trouble) : Health.up();
		health.withDetail("role", this.cluster.isMaster() ? Role.MASTER : Role.SLAVE);
		health.withDetail("state", state);
		this.cluster.master().ifPresent((master) -> health.withDetail("master", master.instanceId()));
		if (!SessionTime.isUnlimited(remaining)) {
			health.withDetail("sessionRemaining", remaining);
		}
		if (!withoutMaster.isZero()) {
			health.withDetail("withoutMaster", withoutMaster);
		}
		this.cluster.pause().ifPresent((pause) -> health.withDetail("pause", describe(pause)));
		return health.build();
	}

	private @Nullable String findTrouble(MemberState state, Duration remaining, Duration withoutMaster) {
		if (state == MemberState.TERMINATED) {
			return "This instance has left its service";
		}
		if (remaining.isZero()) {
			return (state == MemberState.STARTED) ? "This instance has not joined its service yet"
					: "The session is lost, and tried for again";
		}
		if (withoutMaster.compareTo(this.withoutMasterLimit) >= 0) {
			return "There has been no master for %d s".formatted(withoutMaster.toSeconds());
		}
		return null;
	}

	private static String describe(Pause pause) {
		return "%s, by %s, until %s".formatted(pause.reason(), pause.by(), pause.until());
	}

}
