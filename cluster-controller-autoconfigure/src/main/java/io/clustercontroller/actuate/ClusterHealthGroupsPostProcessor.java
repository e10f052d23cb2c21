package io.clustercontroller.actuate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Role;

import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Adds the groups {@code master} and {@code slave}, and the engine to {@code liveness}.
 * <p>
 * Not by properties: Boot refuses to start where a property names a contributor that is
 * not there, which a library cannot know. A group that the application has configured is
 * left as it is; only where its {@code master} or {@code slave} has the cluster as a
 * member is the role asked for, too.
 * <p>
 * Comes before Boot, which makes {@code liveness} where there is none and gives it its
 * additional path.
 */
@Order(Ordered.LOWEST_PRECEDENCE - 1)
final class ClusterHealthGroupsPostProcessor implements HealthEndpointGroupsPostProcessor {

	static final String CLUSTER = "cluster";

	static final String ENGINE = "clusterEngine";

	private static final String LIVENESS = "liveness";

	private final ClusterController cluster;

	private final Predicate<String> isContributor;

	private final boolean probes;

	/**
	 * @param isContributor whether a contributor has the name, and so a group may not
	 * @param probes whether there are the groups for probes
	 */
	ClusterHealthGroupsPostProcessor(ClusterController cluster, Predicate<String> isContributor, boolean probes) {
		this.cluster = cluster;
		this.isContributor = isContributor;
		this.probes = probes;
	}

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		Map<String, HealthEndpointGroup> own = new LinkedHashMap<>();
		addForRole(own, groups, "master", this.cluster::isMaster);
		addForRole(own, groups, "slave", () -> this.cluster.role() == Role.SLAVE && !this.cluster.isMaster());
		if (this.probes && groups.get(LIVENESS) == null) {
			own.put(LIVENESS, new DefaultHealthGroup(Set.of("livenessState", ENGINE), groups.getPrimary()));
		}
		return new ClusterHealthGroups(groups, own);
	}

	private void addForRole(Map<String, HealthEndpointGroup> own, HealthEndpointGroups groups, String name,
			BooleanSupplier inRole) {
		HealthEndpointGroup configured = groups.get(name);
		if (configured != null && configured.isMember(CLUSTER)) {
			own.put(name, new RoleHealthGroup(configured, inRole));
		}
		else if (configured == null && !this.isContributor.test(name)) {
			own.put(name, new RoleHealthGroup(new DefaultHealthGroup(Set.of(CLUSTER), groups.getPrimary()), inRole));
		}
	}

}
