package io.clustercontroller.guide;

import org.testcontainers.containers.GenericContainer;

import org.springframework.boot.testcontainers.service.connection.ServiceConnection;

/**
 * The code in security.md.
 */
final class EtcdInTests {

	@ServiceConnection
	static GenericContainer<?> etcd = new GenericContainer<>("quay.io/coreos/etcd:v3.5.21")
		.withCommand("etcd", "--listen-client-urls", "http://0.0.0.0:2379", "--advertise-client-urls",
				"http://0.0.0.0:2379")
		.withExposedPorts(2379);

	private EtcdInTests() {
	}

}
