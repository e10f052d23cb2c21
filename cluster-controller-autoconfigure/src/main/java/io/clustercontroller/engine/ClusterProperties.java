package io.clustercontroller.engine;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.clustercontroller.ClusterTimings;
import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.coordination.Names;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Configuration properties of an instance in its cluster.
 *
 * @param enabled Whether the starter does anything.
 * @param environment Environment that the service belongs to, such as 'production'.
 * Required. Letters, digits, '.', '_' and '-', beginning with a letter or digit.
 * @param service Service that this instance is part of. Required. Letters, digits, '.',
 * '_' and '-', beginning with a letter or digit.
 * @param container Name of the container as other members see it. Default is the variable
 * HOSTNAME or else the name of the host.
 * @param metadata What this instance says of itself to the other members.
 * @param coordinator What knows who is in the cluster and who is master: 'etcd'; 'local',
 * which is a folder, for one machine; or 'auto', which is etcd where hosts or a
 * connection are given, else local.
 * @param portsWhenActive Ports that all have to answer before this instance is active.
 * When empty, it is active as soon as it runs.
 * @param terminateWhenNoLongerActive Whether the instance ends when a port that made it
 * active no longer answers.
 * @param startTimeout Time within which the instance has to join its service. When it is
 * over, the start fails.
 * @param stopTimeout Time that an orderly stop may take in all, handing over the
 * mastership included. Has to be below what the container runtime grants, which is 10s
 * with Docker.
 * @param session how long the cluster waits for a silent instance
 * @param election who becomes master
 */
@ConfigurationProperties("cluster-controller")
record ClusterProperties(@DefaultValue("true") boolean enabled, String environment, String service,
		@Nullable String container, @DefaultValue Map<String, String> metadata,
		@DefaultValue("etcd") CoordinatorType coordinator, @DefaultValue List<Integer> portsWhenActive,
		@DefaultValue("true") boolean terminateWhenNoLongerActive, @DefaultValue("30s") Duration startTimeout,
		@DefaultValue("9s") Duration stopTimeout, @DefaultValue Session session, @DefaultValue Election election) {

	/** A year: more than anybody waits, and far from what nanoseconds can express. */
	private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

	ClusterProperties {
		checkName("environment", "ENVIRONMENT", environment, "production");
		checkName("service", "SERVICE", service, "web");
		metadata = Map.copyOf(metadata);
		portsWhenActive = checkedPorts(portsWhenActive);
		checkRange("start-timeout", startTimeout, Duration.ofSeconds(1), LONGEST_TIMEOUT,
				"joining takes several round trips to the coordinator",
				"Set 'cluster-controller.start-timeout' to 1s or more; 30s suits most networks.");
		checkRange("stop-timeout", stopTimeout, Duration.ofSeconds(1), LONGEST_TIMEOUT,
				"work has to end and the mastership to be handed over in that time",
				"Set 'cluster-controller.stop-timeout' to 1s or more; 9s is just inside the 10s that Docker grants.");
	}

	ClusterTimings timings() {
		return new ClusterTimings(this.session.ttl(), this.session.stepDownMargin(), this.stopTimeout);
	}

	/** The name given, or else the one of the host; never blank. */
	String containerName() {
		return (this.container != null && !this.container.isBlank()) ? this.container : HostName.find(System.getenv());
	}

	private static void checkName(String property, String variable, @Nullable String name, String example) {
		String remedy = "Set the environment variable %s, or the property 'cluster-controller.%s', to the name of the %s, such as '%s'."
			.formatted(variable, property, property, example);
		if (name == null || name.isBlank()) {
			throw new InvalidPropertyException("cluster-controller." + property, name,
					"every instance has to say which " + property + " it belongs to", remedy);
		}
		if (!Names.isValid(name)) {
			throw new InvalidPropertyException("cluster-controller." + property, name,
					"a name consists of letters, digits, '.', '_' and '-', and begins with a letter or digit", remedy);
		}
	}

	private static List<Integer> checkedPorts(List<Integer> ports) {
		// An element is null where a list in one text has an empty place, such as '80,'
		List<Integer> given = ports.stream().filter(Objects::nonNull).toList();
		Set<Integer> seen = new HashSet<>();
		for (int port : given) {
			if (port < 1 || port > 65535) {
				throw invalidPort(port, "a port is a number from 1 to 65535");
			}
			if (!seen.add(port)) {
				throw invalidPort(port, "each port may be given once only");
			}
		}
		return given;
	}

	private static InvalidPropertyException invalidPort(int port, String reason) {
		return new InvalidPropertyException("cluster-controller.ports-when-active", port, reason,
				"Set PORTS_WHEN_ACTIVE, or 'cluster-controller.ports-when-active', to the ports that the service opens, "
						+ "divided by commas, such as '80,443'.");
	}

	private static void checkRange(String property, Duration value, Duration min, Duration max, String whyMin,
			String remedy) {
		if (value.compareTo(min) < 0) {
			throw new InvalidPropertyException("cluster-controller." + property, text(value),
					"it is below the minimum of " + text(min) + ", since " + whyMin, remedy);
		}
		if (value.compareTo(max) > 0) {
			throw new InvalidPropertyException("cluster-controller." + property, text(value),
					"it is above the maximum of " + text(max), remedy);
		}
	}

	private static String text(Duration duration) {
		return DurationFormatterUtils.print(duration, DurationFormat.Style.COMPOSITE);
	}

	/**
	 * How long the cluster waits for a silent instance.
	 *
	 * @param ttl Time after which an instance that is silent is taken for dead, and after
	 * which another one may become master. Whole seconds, 2s or more.
	 * @param stepDownMargin Time before the end of the session at which a master that
	 * cannot confirm it steps down, so that its work has stopped when another one may
	 * begin. From 500ms to half of the TTL; default is a third of the TTL.
	 */
	record Session(@DefaultValue("10s") Duration ttl, @Nullable Duration stepDownMargin) {

		private static final Duration LONGEST_TTL = Duration.ofDays(1);

		private static final Duration MIN_MARGIN = Duration.ofMillis(500);

		Session {
			String remedy = "Set 'cluster-controller.session.ttl' to whole seconds from 2s on; 10s suits most networks.";
			checkRange("session.ttl", ttl, Duration.ofSeconds(2), LONGEST_TTL, "etcd grants no shorter lease", remedy);
			if (ttl.getNano() != 0) {
				throw new InvalidPropertyException("cluster-controller.session.ttl", text(ttl),
						"etcd counts leases in whole seconds", remedy);
			}
			if (stepDownMargin != null) {
				checkMargin(stepDownMargin, ttl);
			}
		}

		/** The margin given, or else a third of the TTL, which is above the minimum. */
		@Override
		public Duration stepDownMargin() {
			return (this.stepDownMargin != null) ? this.stepDownMargin : this.ttl.dividedBy(3);
		}

		/*
		 * A session is confirmed every third of the TTL. With a margin of two thirds a
		 * master would step down at each confirmation that takes any time at all; half
		 * leaves a sixth of the TTL for the answer.
		 */
		private static void checkMargin(Duration margin, Duration ttl) {
			Duration max = ttl.dividedBy(2);
			String remedy = "Set 'cluster-controller.session.step-down-margin' to a time from 500ms to " + text(max)
					+ ", or leave it out for a third of the TTL, or raise 'cluster-controller.session.ttl'.";
			if (margin.compareTo(MIN_MARGIN) < 0) {
				throw new InvalidPropertyException("cluster-controller.session.step-down-margin", text(margin),
						"it is below the minimum of 500ms, since the work of a master needs that time to stop", remedy);
			}
			if (margin.compareTo(max) > 0) {
				throw new InvalidPropertyException("cluster-controller.session.step-down-margin", text(margin),
						"it is more than half of the TTL of " + text(ttl)
								+ ", so that a master would step down before a late answer can confirm its session",
						remedy);
			}
		}

	}

	/**
	 * Who becomes master.
	 *
	 * @param priority The higher, the sooner this instance becomes master. With 0 it
	 * never does.
	 * @param eligible Whether this instance stands for election. Can be changed at run
	 * time.
	 * @param when State from which on this instance stands for election: 'joined', or
	 * 'active' for when its ports answer.
	 * @param returnToPreferredAfter Time after which a master hands over to a member with
	 * a higher priority that has been active and eligible for all of it. Default is
	 * never.
	 */
	record Election(@DefaultValue("100") int priority, @DefaultValue("true") boolean eligible,
			@DefaultValue("joined") ElectionTime when, @Nullable Duration returnToPreferredAfter) {

		private static final Duration SHORTEST_RETURN = Duration.ofSeconds(1);

		Election {
			if (returnToPreferredAfter != null) {
				checkRange("election.return-to-preferred-after", returnToPreferredAfter, SHORTEST_RETURN,
						LONGEST_TIMEOUT, "a member has to prove for a while that it stays",
						"Set 'cluster-controller.election.return-to-preferred-after' to 1s or more, or leave it out for "
								+ "never.");
			}
			if (priority < 0) {
				throw new InvalidPropertyException("cluster-controller.election.priority", priority,
						"a priority is not negative",
						"Set 'cluster-controller.election.priority' to a number from 0 on; with 0 this instance never "
								+ "becomes master.");
			}
		}

		Candidacy candidacy() {
			return new Candidacy(this.eligible, this.when, this.returnToPreferredAfter);
		}

	}

}
