package io.clustercontroller.coordination.etcd;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.clustercontroller.coordination.etcd.EtcdConnectionDetails.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of the versions of etcd's members. Before 3.4.31 and 3.5.13 one that has
 * lost its leadership may go on confirming leases that have expired, and may end leases
 * that are alive (etcd-io/etcd#15247). It takes several members for that. Any thread.
 */
final class EtcdVersions {

	private static final Logger logger = LoggerFactory.getLogger(EtcdVersions.class);

	private static final Pattern VERSION = Pattern.compile("(\\d+\\.\\d+)\\.(\\d+).*");

	/** The first release of each line that has the defect mended. */
	private static final Map<String, Integer> MENDED = Map.of("3.4", 31, "3.5", 13);

	private static final Set<String> OLDER_LINES = Set.of("3.0", "3.1", "3.2", "3.3");

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	/** Whether the member at an endpoint may do it; only of those that have answered. */
	private final Map<Endpoint, Boolean> harmful = new ConcurrentHashMap<>();

	/**
	 * A member has told its version. Warns once of each that has the defect.
	 * @param alone whether it is the only member
	 */
	void told(Endpoint endpoint, String version, boolean alone) {
		boolean defect = hasDefect(version);
		this.harmful.put(endpoint, defect && !alone);
		if (defect && this.warned.add(version)) {
			logger.warn(
					"etcd {} may confirm leases that have expired, and end leases that are alive (etcd-io/etcd#15247). "
							+ "This instance checks each confirmation against the majority, and where etcd has several "
							+ "members it lets a TTL pass before it takes the place of a master whose lease has ended: "
							+ "use etcd 3.4.31, 3.5.13 or newer, and a failover takes as long as it should",
					version);
		}
	}

	/**
	 * Whether leases may end that are alive. Who has not answered is taken for what the
	 * others are; if nobody has, the worst is assumed.
	 */
	boolean mayEndLiveLeases() {
		return this.harmful.isEmpty() || this.harmful.containsValue(true);
	}

	static boolean hasDefect(String version) {
		Matcher matcher = VERSION.matcher(version);
		if (!matcher.matches()) {
			return false;
		}
		Integer mended = MENDED.get(matcher.group(1));
		return OLDER_LINES.contains(matcher.group(1)) || mended != null && Integer.parseInt(matcher.group(2)) < mended;
	}

}
