package io.clustercontroller.process;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Member;
import io.clustercontroller.Role;
import org.jspecify.annotations.Nullable;

/**
 * The environment that the service sees: that of the controller without its secrets, what
 * is configured, and what the cluster says.
 */
final class ServiceEnvironment {

	/**
	 * The controller's access to etcd under all its names, and whatever else of it is
	 * secret.
	 */
	private static final Pattern SECRET_NAMES = Pattern.compile(
			"ETCD_(USERNAME|PASSWORD).*|ETCDCTL_(USER|PASSWORD)|CLUSTER_?CONTROLLER_.*(USERNAME|PASSWORD|SECRET).*");

	private static final int TELLING_LENGTH = 8;

	private final Map<String, String> base;

	private final Map<String, String> configured;

	private final ClusterController cluster;

	/**
	 * @param inherited the environment of this JVM
	 * @param secrets values that no variable of the service may contain, whatever its
	 * name
	 */
	ServiceEnvironment(Map<String, String> inherited, List<String> secrets, Map<String, String> configured,
			ClusterController cluster) {
		Map<String, String> base = new LinkedHashMap<>(inherited);
		base.entrySet()
			.removeIf((variable) -> SECRET_NAMES.matcher(variable.getKey()).matches()
					|| secrets.stream().anyMatch((secret) -> reveals(variable.getValue(), secret)));
		this.base = Map.copyOf(base);
		this.configured = configured;
		this.cluster = cluster;
	}

	/** A short password alone is found in what has nothing to do with it. */
	private static boolean reveals(String value, String secret) {
		return value.equals(secret) || (value.contains(secret)
				&& (secret.length() >= TELLING_LENGTH || value.toLowerCase(Locale.ROOT).contains("password")));
	}

	/**
	 * The environment of a process that begins now.
	 * @param role the role it is to know of
	 * @param token the fencing token of its mastership, if it is master
	 */
	Map<String, String> of(Role role, OptionalLong token) {
		Map<String, String> environment = new LinkedHashMap<>(this.base);
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
