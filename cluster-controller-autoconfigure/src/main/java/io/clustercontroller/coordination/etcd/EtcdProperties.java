package io.clustercontroller.coordination.etcd;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;

import io.clustercontroller.InvalidPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/**
 * Configuration properties of the etcd coordinator.
 *
 * @param hosts Members of the etcd cluster, each as 'host', 'host:port', '[ipv6]:port' or
 * 'http://host:port'. Required.
 * @param port Port for those hosts that have none of their own.
 * @param username User to log in to etcd as. Needs a password too.
 * @param password Password of that user.
 */
@ConfigurationProperties("cluster-controller.etcd")
record EtcdProperties(@DefaultValue List<String> hosts, @DefaultValue("2379") int port, @Nullable String username,
		@Nullable String password) {

	private static final String HOSTS = "cluster-controller.etcd.hosts";

	private static final String HOSTS_REMEDY = "Set the environment variable ETCD_HOSTS, or the property '" + HOSTS
			+ "', to the members of the etcd cluster, such as 'etcd-1,etcd-2:2379,http://10.0.0.3:2379'.";

	EtcdProperties {
		String given = String.join(",", hosts);
		hosts = hosts.stream().map(String::trim).filter((host) -> !host.isEmpty()).toList();
		if (hosts.isEmpty()) {
			throw new InvalidPropertyException(HOSTS, given.isEmpty() ? null : given,
					"the coordinator 'etcd' has to know where etcd is",
					HOSTS_REMEDY + " Without etcd, 'cluster-controller.coordinator=local' serves for one machine.");
		}
		checkPort("cluster-controller.etcd.port", port, port,
				"Set ETCD_PORT, or 'cluster-controller.etcd.port', to the port for clients of etcd, usually 2379.");
		for (String host : hosts) {
			endpoint(host, port);
		}
		username = StringUtils.hasLength(username) ? username : null;
		password = StringUtils.hasLength(password) ? password : null;
		checkCredentials(username, password);
	}

	/**
	 * Where etcd is: {@code http://host:port} for each host, in the order given, each
	 * once.
	 */
	List<URI> endpoints() {
		return this.hosts.stream().map((host) -> endpoint(host, this.port)).distinct().toList();
	}

	@Override
	public String toString() {
		return "EtcdProperties[hosts=" + this.hosts + ", port=" + this.port + ", username=" + this.username + "]";
	}

	private static URI endpoint(String host, int defaultPort) {
		String shown = host.replaceFirst("^([^/]*//)?.*@", "$1******@");
		if (host.contains("@")) {
			throw new InvalidPropertyException(HOSTS, shown, "user and password do not belong here",
					"Set ETCD_USERNAME and ETCD_PASSWORD, or 'cluster-controller.etcd.username' and "
							+ "'cluster-controller.etcd.password', and leave them out of the hosts.");
		}
		if (host.toLowerCase(Locale.ROOT).startsWith("https://")) {
			throw new InvalidPropertyException(HOSTS, shown, "TLS is not supported yet",
					"Give an endpoint without TLS, such as 'http://host:2379', in a network that only the cluster "
							+ "can reach.");
		}
		String authority = host.replaceFirst("(?i)^http://", "").replaceFirst("/$", "");
		if (authority.contains("_") && !authority.contains("/")) {
			throw new InvalidPropertyException(HOSTS, shown, "the name of a host has no '_'",
					"Give the container a network alias without underscore and use that name.");
		}
		URI uri = parse(authority);
		if (uri == null) {
			throw new InvalidPropertyException(HOSTS, shown,
					"it is none of 'host', 'host:port', '[ipv6]:port' and 'http://host:port'", HOSTS_REMEDY);
		}
		int port = (uri.getPort() != -1) ? uri.getPort() : defaultPort;
		checkPort(HOSTS, port, shown, HOSTS_REMEDY);
		return URI.create("http://" + uri.getHost() + ":" + port);
	}

	private static @Nullable URI parse(String authority) {
		try {
			URI uri = new URI("http://" + authority);
			return (uri.getHost() != null && authority.equals(uri.getRawAuthority())) ? uri : null;
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

	private static void checkPort(String property, int port, Object value, String remedy) {
		if (port < 1 || port > 65535) {
			throw new InvalidPropertyException(property, value, "a port is a number from 1 to 65535", remedy);
		}
	}

	private static void checkCredentials(@Nullable String username, @Nullable String password) {
		if ((username == null) != (password == null)) {
			String missing = (username != null) ? "password" : "username";
			throw new InvalidPropertyException("cluster-controller.etcd." + missing, null,
					"etcd wants both a user and a password, or neither",
					"Set both ETCD_USERNAME and ETCD_PASSWORD, or 'cluster-controller.etcd.username' and "
							+ "'cluster-controller.etcd.password', or none of them.");
		}
	}

}
