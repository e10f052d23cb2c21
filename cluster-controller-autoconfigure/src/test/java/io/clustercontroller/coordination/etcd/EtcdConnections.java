package io.clustercontroller.coordination.etcd;

import java.util.List;

/**
 * Connections for tests.
 */
final class EtcdConnections {

	private EtcdConnections() {
	}

	/** Without TLS and without a user. */
	static EtcdConnectionDetails to(String... hosts) {
		return new PropertiesEtcdConnectionDetails(properties(hosts), null);
	}

	static EtcdProperties properties(String... hosts) {
		return new EtcdProperties(List.of(hosts), 2379, null, null, null, new EtcdProperties.Ssl(null, null));
	}

}
