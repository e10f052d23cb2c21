package io.clustercontroller.process;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.Member;
import io.clustercontroller.coordination.Names;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Configuration properties of what the service, and the application around it, depend on.
 *
 * @param dependsOn What has to be there before the service starts and the start of the
 * application goes on: services that must have an active master, as 'service' or
 * 'environment/service'; ports that must accept connections, as 'tcp://host:port'; URLs
 * that must answer with a status of 2xx or 3xx, as 'http://host/path' or
 * 'https://host/path'. A name that does not resolve yet is waited for.
 * @param dependsOnTimeout Time that is waited at most, for all of them together.
 * @param dependsOnTimeoutAction What to do when that time is over: 'fail', which ends the
 * application, or 'continue' without what is missing.
 */
@ConfigurationProperties("cluster-controller")
record DependsOnProperties(@DefaultValue List<String> dependsOn, @DefaultValue("60s") Duration dependsOnTimeout,
		@DefaultValue("fail") TimeoutAction dependsOnTimeoutAction) {

	static final String DEPENDS_ON = "cluster-controller.depends-on";

	static final String TIMEOUT = "cluster-controller.depends-on-timeout";

	static final String TIMEOUT_ACTION = "cluster-controller.depends-on-timeout-action";

	private static final String REMEDY = "Set '" + DEPENDS_ON + "', or the environment variable "
			+ "CLUSTERCONTROLLER_DEPENDSON, to what has to be there first, divided by commas, such as "
			+ "'db,production/auth,tcp://redis:6379,http://search:9200/health'.";

	/** Underscores are no part of a URI's host, but of the names that Docker resolves. */
	private static final Pattern TCP = Pattern.compile("tcp://(\\[[^\\[\\]\\s]+]|[^\\[\\]:/?#@\\s]+):(\\d{1,5})/?",
			Pattern.CASE_INSENSITIVE);

	private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

	DependsOnProperties {
		dependsOn = dependsOn.stream().map(String::trim).toList();
		Set<Dependency> seen = new HashSet<>();
		for (String entry : dependsOn) {
			if (entry.isEmpty()) {
				throw invalid(String.join(",", dependsOn), "an entry of the list is blank");
			}
			if (!seen.add(dependency(entry))) {
				throw invalid(entry, "each entry may be given once only");
			}
		}
		checkTimeout(dependsOnTimeout);
	}

	/**
	 * The entries as seen from the given member.
	 * @throws InvalidPropertyException if one of them is its own service
	 */
	List<Dependency> dependenciesOf(Member self) {
		List<Dependency> dependencies = this.dependsOn.stream().map(DependsOnProperties::dependency).toList();
		for (Dependency dependency : dependencies) {
			if (dependency instanceof ServiceDependency service && service.isServiceOf(self)) {
				throw invalid(service.toString(),
						"that is the service of this instance, whose first master would wait for itself");
			}
		}
		return dependencies;
	}

	/** The timeout as users write it. */
	String timeoutText() {
		return text(this.dependsOnTimeout);
	}

	private static Dependency dependency(String entry) {
		int end = entry.indexOf("://");
		if (end < 0) {
			return service(entry);
		}
		return switch (entry.substring(0, end).toLowerCase(Locale.ROOT)) {
			case "tcp" -> tcp(entry);
			case "http", "https" -> http(entry);
			default -> throw invalid(entry, "only 'tcp://', 'http://' and 'https://' can be waited for");
		};
	}

	private static Dependency service(String entry) {
		String[] names = entry.split("/", -1);
		if (names.length > 2 || !Names.isValid(names[0]) || !Names.isValid(names[names.length - 1])) {
			throw invalid(entry, "it is none of 'service', 'environment/service', 'tcp://host:port' and a URL");
		}
		return (names.length == 2) ? new ServiceDependency(names[0], names[1]) : new ServiceDependency(null, names[0]);
	}

	private static Dependency tcp(String entry) {
		Matcher matcher = TCP.matcher(entry);
		if (!matcher.matches()) {
			throw invalid(entry, "it is not of the form 'tcp://host:port'");
		}
		int port = Integer.parseInt(matcher.group(2));
		checkPort(port, entry);
		return new TcpDependency(matcher.group(1), port);
	}

	private static Dependency http(String entry) {
		String shown = entry.replaceFirst("//.*@", "//******@");
		URL url;
		try {
			url = new URI(entry).toURL();
		}
		catch (URISyntaxException | MalformedURLException ex) {
			throw invalid(shown, "it is not a URL such as 'http://host:port/path'");
		}
		if (url.getUserInfo() != null) {
			throw invalid(shown, "a user and a password are of no use here");
		}
		if (url.getHost().isEmpty()) {
			throw invalid(shown, "it names no host");
		}
		if (url.getPort() != -1) {
			checkPort(url.getPort(), shown);
		}
		return new HttpDependency(entry);
	}

	private static void checkPort(int port, String entry) {
		if (port < 1 || port > 65535) {
			throw invalid(entry, "a port is a number from 1 to 65535");
		}
	}

	private static void checkTimeout(Duration timeout) {
		if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
			throw new InvalidPropertyException(TIMEOUT, text(timeout), "it is not between 1s and a year",
					"Set '" + TIMEOUT + "' to a time such as 60s, or leave '" + DEPENDS_ON
							+ "' out where nothing is to be waited for.");
		}
	}

	private static InvalidPropertyException invalid(String value, String reason) {
		return new InvalidPropertyException(DEPENDS_ON, value, reason, REMEDY);
	}

	private static String text(Duration duration) {
		return DurationFormatterUtils.print(duration, DurationFormat.Style.COMPOSITE);
	}

	/** What to do when the time is over. */
	enum TimeoutAction {

		/** End the application. */
		FAIL,

		/** Go on without what is missing. */
		CONTINUE

	}

}
