package io.clustercontroller.process;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Member;
import io.clustercontroller.Role;
import org.jspecify.annotations.Nullable;

/**
 * The environment that the service sees: that of the controller without its secrets, what
 * is configured, and what the cluster says.
 */
final class ServiceEnvironment {

	private final Map<String, String> inherited;

	private final Map<String, String> configured;

	private final ClusterController cluster;

	/**
	 * @param inherited what it may see of the environment of this JVM
	 */
	ServiceEnvironment(Map<String, String> inherited, Map<String, String> configured, ClusterController cluster) {
		this.inherited = inherited;
		this.configured = configured;
		this.cluster = cluster;
	}

	/**
	 * The environment of a process that begins now.
	 * @param role the role it is to know of
	 * @param token the fencing token of its mastership, if it is master
	 */
	Map<String, String> of(Role role, OptionalLong token) {
		Map<String, String> environment = new LinkedHashMap<>(this.inherited);
		environment.putAll(this.configured);
		Member self = this.cluster.self();
		environment.put("CLUSTER_INSTANCE_ID", self.instanceId());
		environment.put("CLUSTER_ENVIRONMENT", self.environment());
		environment.put("CLUSTER_SERVICE", self.service());
		environment.put("CLUSTER_ROLE", role.name());
		put(environment, "CLUSTER_FENCING_TOKEN", token.isPresent() ? String.valueOf(token.getAsLong()) : null);
		put(environment, "CLUSTER_MASTER",
				(role == Role.MASTER) ? self.container() : this.cluster.master().map(Member::container).orElse(null));
		return environment;
	}

	/** None of our own controller's, should that be supervised by another one. */
	private static void put(Map<String, String> environment, String name, @Nullable String value) {
		if (value != null) {
			environment.put(name, value);
		}
		else {
			environment.remove(name);
		}
	}

}
