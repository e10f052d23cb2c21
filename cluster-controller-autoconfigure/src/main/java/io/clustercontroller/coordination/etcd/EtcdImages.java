package io.clustercontroller.coordination.etcd;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * What is known of images with etcd.
 */
final class EtcdImages {

	/**
	 * The names of the images, whatever the registry, and the one to give where an image
	 * has another name.
	 */
	static final List<String> CONNECTION_NAMES = List.of("etcd", "coreos/etcd", "etcd-development/etcd", "bitnami/etcd",
			"bitnamilegacy/etcd");

	static final int CLIENT_PORT = 2379;

	private EtcdImages() {
	}

	/** Whom to log in as in a container that has these variables. */
	static @Nullable String username(Map<String, String> variables) {
		return (password(variables) != null) ? "root" : null;
	}

	/** Bitnami's image switches authentication on where it is given this one. */
	static @Nullable String password(Map<String, String> variables) {
		String password = variables.get("ETCD_ROOT_PASSWORD");
		return StringUtils.hasLength(password) ? password : null;
	}

}
