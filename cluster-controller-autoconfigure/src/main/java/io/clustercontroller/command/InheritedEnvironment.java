package io.clustercontroller.command;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.PropertyResolver;

/**
 * What a command may see of the environment of this JVM: all but the secrets of the
 * controller.
 */
public final class InheritedEnvironment {

	/**
	 * The controller's access to etcd under all its names, and whatever else of it is
	 * secret.
	 */
	private static final Pattern SECRET_NAMES = Pattern.compile(
			"ETCD_(USERNAME|PASSWORD).*|ETCDCTL_(USER|PASSWORD)|CLUSTER_?CONTROLLER_.*(USERNAME|PASSWORD|SECRET).*");

	private static final int TELLING_LENGTH = 8;

	private InheritedEnvironment() {
	}

	/**
	 * The variables without those that have the name of a secret, or contain one under
	 * any name.
	 * @param variables the environment of this JVM
	 * @param properties know the secrets
	 */
	public static Map<String, String> of(Map<String, String> variables, PropertyResolver properties) {
		String password = properties.getProperty("cluster-controller.etcd.password");
		Map<String, String> visible = new LinkedHashMap<>(variables);
		visible.entrySet()
			.removeIf((variable) -> SECRET_NAMES.matcher(variable.getKey()).matches()
					|| reveals(variable.getValue(), password));
		return Map.copyOf(visible);
	}

	/** A short password alone is found in what has nothing to do with it. */
	private static boolean reveals(String value, @Nullable String secret) {
		return secret != null && !secret.isEmpty() && (value.equals(secret) || (value.contains(secret)
				&& (secret.length() >= TELLING_LENGTH || value.toLowerCase(Locale.ROOT).contains("password"))));
	}

}
