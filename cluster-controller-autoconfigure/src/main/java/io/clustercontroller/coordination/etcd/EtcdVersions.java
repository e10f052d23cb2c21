package io.clustercontroller.coordination.etcd;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns once of a version of etcd with a known defect: before 3.4.31 and 3.5.13 a member
 * that has lost its leadership may go on confirming leases that have expired, and may
 * revoke leases that are alive (etcd-io/etcd#15247).
 */
final class EtcdVersions {

	private static final Logger logger = LoggerFactory.getLogger(EtcdVersions.class);

	private static final Pattern VERSION = Pattern.compile("(\\d+\\.\\d+)\\.(\\d+).*");

	/** The first release of each line that has the defect mended. */
	private static final Map<String, Integer> MENDED = Map.of("3.4", 31, "3.5", 13);

	private static final Set<String> OLDER_LINES = Set.of("3.0", "3.1", "3.2", "3.3");

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	void check(String version) {
		if (hasDefect(version) && this.warned.add(version)) {
			logger.warn(
					"etcd {} may confirm leases that have expired, and end leases that are alive (etcd-io/etcd#15247). "
							+ "This instance checks each confirmation against the majority, but when a lease ends too "
							+ "early there may be two masters for a moment: use etcd 3.4.31, 3.5.13 or newer",
					version);
		}
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
