package io.clustercontroller.actuate;

import java.time.Duration;

import io.clustercontroller.ClusterTimings;
import io.clustercontroller.InvalidPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of the health of an instance.
 *
 * @param withoutMasterLimit Time that the service may be without a master before its
 * instances are out of service. Default is three times the TTL.
 */
@ConfigurationProperties("cluster-controller.health")
record ClusterHealthProperties(@Nullable Duration withoutMasterLimit) {

	private static final int DEFAULT_TTLS = 3;

	ClusterHealthProperties {
		if (withoutMasterLimit != null && (withoutMasterLimit.isNegative() || withoutMasterLimit.isZero())) {
			throw new InvalidPropertyException("cluster-controller.health.without-master-limit",
					withoutMasterLimit.toMillis() + "ms", "every change of the master takes some time",
					"Set 'cluster-controller.health.without-master-limit' to a time that a failover stays below, such as "
							+ "30s, or leave it out for three times the TTL.");
		}
	}

	/**
	 * The limit given, or else three TTLs: a failover is over after one, so is the wait
	 * after a loss of data in etcd, and both together after two.
	 */
	Duration withoutMasterLimit(ClusterTimings timings) {
		return (this.withoutMasterLimit != null) ? this.withoutMasterLimit : timings.ttl().multipliedBy(DEFAULT_TTLS);
	}

}
