package io.clustercontroller.actuate;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.ClusterController;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MasterChangedEvent;
import io.clustercontroller.event.RoleChangeCause;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.context.event.EventListener;

/**
 * Meters of what this instance is, and of what it sees of its cluster.
 */
final class ClusterMeters implements MeterBinder {

	private static final Timer.Builder WITHOUT_MASTER = Timer.builder("cluster.without.master")
		.description("Times without a master that are over, as this instance saw them");

	private final BoundRegistries registries = new BoundRegistries();

	private final ClusterController cluster;

	private final MasterVacancy vacancy;

	ClusterMeters(ClusterController cluster, MasterVacancy vacancy) {
		this.cluster = cluster;
		this.vacancy = vacancy;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		Gauge.builder("cluster.role", this.cluster, (cluster) -> cluster.isMaster() ? 1 : 0)
			.description("1 while this instance is master, else 0")
			.register(registry);
		Gauge.builder("cluster.fencing.token", this.cluster, (cluster) -> cluster.fencingToken().orElse(0))
			.description("The fencing token while this instance is master, else 0")
			.register(registry);
		for (MemberState state : MemberState.values()) {
			Gauge.builder("cluster.members", this.cluster, (cluster) -> count(cluster, state))
				.tag("state", lowerCase(state))
				.description("Members of the service in a state, as this instance sees them")
				.register(registry);
		}
		TimeGauge
			.builder("cluster.session.remaining", this.cluster, TimeUnit.SECONDS,
					(cluster) -> seconds(cluster.sessionRemaining()))
			.description("How long the session may be relied on if nothing confirms it any more")
			.register(registry);
		Gauge.builder("cluster.paused", this.cluster, (cluster) -> cluster.pause().isPresent() ? 1 : 0)
			.description("1 while the service is paused, else 0")
			.register(registry);
		TimeGauge
			.builder("cluster.without.master.current", this.vacancy, TimeUnit.SECONDS,
					(vacancy) -> seconds(vacancy.lasting()))
			.description("How long there has been no master; 0 while there is one")
			.register(registry);
		WITHOUT_MASTER.register(registry);
		for (RoleChangeCause cause : RoleChangeCause.values()) {
			if (begins(cause)) {
				transitions(Role.MASTER, cause).register(registry);
			}
			if (cause != RoleChangeCause.PROMOTED) {
				transitions(Role.SLAVE, cause).register(registry);
			}
		}
	}

	private static boolean begins(RoleChangeCause cause) {
		return cause == RoleChangeCause.STARTED || cause == RoleChangeCause.PROMOTED
				|| cause == RoleChangeCause.HANDED_OVER;
	}

	@EventListener
	void becameMaster(BecameMasterEvent event) {
		this.registries.count(transitions(Role.MASTER, event.cause()));
	}

	@EventListener
	void becameSlave(BecameSlaveEvent event) {
		this.registries.count(transitions(Role.SLAVE, event.cause()));
	}

	/** Without a break there was no such time, as at a hand-over. */
	@EventListener
	void masterChanged(MasterChangedEvent event) {
		if (event.master().isPresent() && !event.withoutMaster().isZero()) {
			this.registries.time(WITHOUT_MASTER, event.withoutMaster());
		}
	}

	private static Counter.Builder transitions(Role role, RoleChangeCause cause) {
		return Counter.builder("cluster.transitions")
			.tags("role", lowerCase(role), "cause", lowerCase(cause))
			.description("Changes of the role of this instance, the first role included");
	}

	private static long count(ClusterController cluster, MemberState state) {
		return cluster.members().stream().filter((member) -> member.state() == state).count();
	}

	private static double seconds(Duration duration) {
		return SessionTime.isUnlimited(duration) ? Double.POSITIVE_INFINITY : duration.toNanos() / 1e9;
	}

	static String lowerCase(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

}
