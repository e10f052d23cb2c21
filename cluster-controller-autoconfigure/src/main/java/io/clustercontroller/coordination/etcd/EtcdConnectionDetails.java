package io.clustercontroller.coordination.etcd;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where etcd is and how to get in. A bean of this type takes the place of all properties
 * {@code cluster-controller.etcd}; Testcontainers and Docker Compose bring one.
 * <p>
 * Read once at the start, but for the {@link #getSslBundle() certificates}, which are
 * read for each new connection, by any thread.
 */
public interface EtcdConnectionDetails extends ConnectionDetails {

	/** The members of etcd, at least one. They are tried in random order. */
	List<Endpoint> getEndpoints();

	/** Whom to log in as, or {@code null} where etcd asks for no login. */
	default @Nullable String getUsername() {
		return null;
	}

	/** The password of the user; {@code null} without a user. */
	default @Nullable String getPassword() {
		return null;
	}

	/** The certificates for TLS, or {@code null} to speak without TLS. */
	default @Nullable SslBundle getSslBundle() {
		return null;
	}

	/**
	 * One member of etcd.
	 *
	 * @param host its name or address; an IPv6 address with or without brackets
	 * @param port its port for clients
	 */
	record Endpoint(String host, int port) {

		public Endpoint {
			host = (host.contains(":") && !host.startsWith("[")) ? "[" + host + "]" : host;
		}

		/** As in a URL: {@code host:port}. */
		@Override
		public String toString() {
			return this.host + ":" + this.port;
		}

	}

}
