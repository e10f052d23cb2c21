package io.clustercontroller.coordination.etcd;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.coordination.etcd.EtcdConnectionDetails.Endpoint;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/**
 * Configuration properties of the etcd coordinator.
 *
 * @param hosts Members of the etcd cluster, each as 'host', 'host:port', '[ipv6]:port',
 * 'http://host:port' or, for TLS, 'https://host:port'. Required.
 * @param port Port for those hosts that have none of their own.
 * @param username User to log in to etcd as. Needs a password too.
 * @param password Password of that user.
 * @param passwordFile File with the password of that user, as a secret of Docker is one.
 * A line break at its end does not count.
 * @param ssl whether and how TLS is spoken
 */
@ConfigurationProperties("cluster-controller.etcd")
record EtcdProperties(@DefaultValue List<String> hosts, @DefaultValue("2379") int port, @Nullable String username,
		@Nullable String password, @Nullable String passwordFile, @DefaultValue Ssl ssl) {

	private static final String HOSTS = "cluster-controller.etcd.hosts";

	private static final String HOSTS_REMEDY = "Set the environment variable ETCD_HOSTS, or the property '" + HOSTS
			+ "', to the members of the etcd cluster, such as 'etcd-1,etcd-2:2379,http://10.0.0.3:2379'.";

	private static final Predicate<String> HTTP = Pattern.compile("(?i)^http://").asPredicate();

	private static final Predicate<String> HTTPS = Pattern.compile("(?i)^https://").asPredicate();

	private static final String PASSWORD_FILE = "cluster-controller.etcd.password-file";

	private static final String SSL_ENABLED = "cluster-controller.etcd.ssl.enabled";

	EtcdProperties {
		hosts = hosts.stream().map(String::trim).filter((host) -> !host.isEmpty()).toList();
		checkPort("cluster-controller.etcd.port", port, port,
				"Set ETCD_PORT, or 'cluster-controller.etcd.port', to the port for clients of etcd, usually 2379.");
		for (String host : hosts) {
			endpoint(host, port);
		}
		checkSchemes(hosts, ssl);
		username = StringUtils.hasLength(username) ? username : null;
		password = StringUtils.hasLength(password) ? password : null;
		passwordFile = StringUtils.hasText(passwordFile) ? passwordFile.trim() : null;
		checkCredentials(username, password, passwordFile);
	}

	/**
	 * The hosts with their ports, in the order given, each once.
	 * @throws InvalidPropertyException if there are none
	 */
	List<Endpoint> endpoints() {
		if (this.hosts.isEmpty()) {
			throw new InvalidPropertyException(HOSTS, null, "the coordinator 'etcd' has to know where etcd is",
					HOSTS_REMEDY + " Without etcd, 'cluster-controller.coordinator=local' serves for one machine.");
		}
		return this.hosts.stream().map((host) -> endpoint(host, this.port)).distinct().toList();
	}

	/** Whether TLS is spoken: as asked for, or else where a bundle or an https URL is. */
	boolean tls() {
		Boolean enabled = this.ssl.enabled();
		return (enabled != null) ? enabled : this.ssl.bundle() != null || this.hosts.stream().anyMatch(HTTPS);
	}

	/**
	 * The password given, or what its file holds now.
	 * @return the password, or {@code null} without a user
	 * @throws InvalidPropertyException if there is nothing to read in the file
	 */
	@Nullable String readPassword() {
		if (this.passwordFile == null) {
			return this.password;
		}
		String password = read(this.passwordFile).replaceFirst("\\R$", "");
		if (password.isEmpty()) {
			throw unreadable(this.passwordFile, "the file is empty");
		}
		if (password.lines().count() > 1) {
			throw unreadable(this.passwordFile, "the file has more than one line");
		}
		return password;
	}

	@Override
	public String toString() {
		return "EtcdProperties[hosts=" + this.hosts + ", port=" + this.port + ", username=" + this.username
				+ ", passwordFile=" + this.passwordFile + ", ssl=" + this.ssl + "]";
	}

	private static Endpoint endpoint(String host, int defaultPort) {
		String shown = host.replaceFirst("^([^/]*//)?.*@", "$1******@");
		if (host.contains("@")) {
			throw new InvalidPropertyException(HOSTS, shown, "user and password do not belong here",
					"Set ETCD_USERNAME and ETCD_PASSWORD, or 'cluster-controller.etcd.username' and "
							+ "'cluster-controller.etcd.password', and leave them out of the hosts.");
		}
		String authority = host.replaceFirst("(?i)^https?://", "").replaceFirst("/$", "");
		if (authority.contains("_") && !authority.contains("/")) {
			throw new InvalidPropertyException(HOSTS, shown, "the name of a host has no '_'",
					"Give the container a network alias without underscore and use that name.");
		}
		URI uri = parse(authority);
		if (uri == null) {
			throw new InvalidPropertyException(HOSTS, shown,
					"it is none of 'host', 'host:port', '[ipv6]:port', 'http://host:port' and 'https://host:port'",
					HOSTS_REMEDY);
		}
		int port = (uri.getPort() != -1) ? uri.getPort() : defaultPort;
		checkPort(HOSTS, port, shown, HOSTS_REMEDY);
		return new Endpoint(uri.getHost(), port);
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

	private static void checkSchemes(List<String> hosts, Ssl ssl) {
		String tls = hosts.stream().filter(HTTPS).findFirst().orElse(null);
		String plain = hosts.stream().filter(HTTP).findFirst().orElse(null);
		if (tls != null && plain != null) {
			throw new InvalidPropertyException(HOSTS, String.join(",", hosts),
					"'" + plain + "' is without TLS and '" + tls + "' with it",
					"Begin all of them with 'https://', or none: one connection serves all members of etcd.");
		}
		if (tls != null && Boolean.FALSE.equals(ssl.enabled())) {
			throw new InvalidPropertyException(HOSTS, tls,
					"it asks for TLS, which '" + SSL_ENABLED + "' has switched off",
					"Leave '" + SSL_ENABLED + "' out, or begin the host with 'http://'.");
		}
		if (plain != null && (Boolean.TRUE.equals(ssl.enabled()) || (ssl.enabled() == null && ssl.bundle() != null))) {
			throw new InvalidPropertyException(HOSTS, plain,
					"it asks for no TLS, which 'cluster-controller.etcd.ssl' has switched on",
					"Begin the host with 'https://' or leave 'http://' out; or, to do without TLS, leave out '"
							+ SSL_ENABLED + "' and 'cluster-controller.etcd.ssl.bundle'.");
		}
	}

	private static void checkCredentials(@Nullable String username, @Nullable String password,
			@Nullable String passwordFile) {
		if (password != null && passwordFile != null) {
			throw new InvalidPropertyException(PASSWORD_FILE, passwordFile,
					"'cluster-controller.etcd.password' is set too, and there can be only one password",
					"Unset either ETCD_PASSWORD_FILE ('" + PASSWORD_FILE
							+ "') or ETCD_PASSWORD ('cluster-controller.etcd.password').");
		}
		if ((username == null) != (password == null && passwordFile == null)) {
			String missing = (username != null) ? "password" : "username";
			throw new InvalidPropertyException("cluster-controller.etcd." + missing, null,
					"etcd wants both a user and a password, or neither",
					"Set both ETCD_USERNAME and ETCD_PASSWORD or ETCD_PASSWORD_FILE "
							+ "('cluster-controller.etcd.username' and '.password' or '.password-file'), or none of them.");
		}
	}

	private static String read(String file) {
		try {
			return Files.readString(Path.of(file));
		}
		catch (NoSuchFileException ex) {
			throw unreadable(file, "there is no such file");
		}
		catch (CharacterCodingException ex) {
			throw unreadable(file, "the file is no text in UTF-8");
		}
		catch (IOException | InvalidPathException ex) {
			throw unreadable(file, "the file cannot be read (" + ex.getClass().getSimpleName() + ")");
		}
	}

	private static InvalidPropertyException unreadable(String file, String reason) {
		return new InvalidPropertyException(PASSWORD_FILE, file, reason, "Set ETCD_PASSWORD_FILE, or '" + PASSWORD_FILE
				+ "', to a file that holds the password and nothing else, such as '/run/secrets/etcd-password', "
				+ "and let this process read it.");
	}

	/**
	 * Whether and how TLS is spoken.
	 *
	 * @param enabled Whether TLS is spoken with etcd. Default is true where a bundle is
	 * given or hosts begin with 'https://'.
	 * @param bundle Name of the SSL bundle that knows the CA of etcd and, where etcd asks
	 * for one, has a certificate for this client. Without one, the CAs that the JVM
	 * trusts count.
	 */
	record Ssl(@Nullable Boolean enabled, @Nullable String bundle) {

		Ssl {
			bundle = StringUtils.hasText(bundle) ? bundle.trim() : null;
		}

	}

}
