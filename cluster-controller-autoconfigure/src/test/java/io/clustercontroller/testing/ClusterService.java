package io.clustercontroller.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The instances of one service, each in a process of its own, in an environment that
 * nobody else uses.
 */
public final class ClusterService implements AutoCloseable {

	private static final Duration START_LIMIT = Duration.ofSeconds(60);

	private final String environment = "test-" + UUID.randomUUID().toString().substring(0, 8);

	private final List<String> endpoints;

	private final Duration ttl;

	private final List<ClusterProcess> processes = new ArrayList<>();

	/**
	 * @param endpoints the etcd servers
	 * @param ttl the TTL of all sessions
	 */
	public ClusterService(List<String> endpoints, Duration ttl) {
		this.endpoints = endpoints;
		this.ttl = ttl;
	}

	/** Start one more instance and wait for its first role. */
	public ClusterProcess start() {
		return start(UnaryOperator.identity());
	}

	/** Start one more instance, with settings of its own, and wait for its first role. */
	public ClusterProcess start(UnaryOperator<ClusterProcess.Builder> settings) {
		ClusterProcess process = begin(settings);
		awaitRole(process);
		return process;
	}

	/** Start one more instance without waiting. */
	public ClusterProcess begin(UnaryOperator<ClusterProcess.Builder> settings) {
		ClusterProcess.Builder builder = ClusterProcess.builder()
			.environment(this.environment)
			.service("web")
			.etcd(this.endpoints)
			.ttl(this.ttl);
		ClusterProcess process = settings.apply(builder).start();
		this.processes.add(process);
		return process;
	}

	/** Wait until the instance has its first role. */
	public void awaitRole(ClusterProcess process) {
		process.await("its first role",
				(fact) -> fact.isEvent(BecameMasterEvent.class) || fact.isEvent(BecameSlaveEvent.class), START_LIMIT);
		// what comes later is no matter of the start
		process.instanceId();
	}

	/** The one that is master now. Waits until there is one. */
	public ClusterProcess awaitMaster(Duration limit) {
		AtomicReference<ClusterProcess> master = new AtomicReference<>();
		try {
			Awaitility.await().pollInterval(Duration.ofMillis(20)).pollDelay(Duration.ZERO).atMost(limit).until(() -> {
				this.processes.stream().filter(ClusterProcess::isMaster).findFirst().ifPresent(master::set);
				return master.get() != null;
			});
		}
		catch (ConditionTimeoutException ex) {
			throw new AssertionError("Nobody is master after " + limit + ". "
					+ this.processes.stream().map(ClusterProcess::describe).toList(), ex);
		}
		return master.get();
	}

	/** The first one that is not the given one. */
	public ClusterProcess other(ClusterProcess process) {
		return this.processes.stream().filter((candidate) -> candidate != process).findFirst().orElseThrow();
	}

	/** Every instance there has been. */
	public List<ClusterProcess> processes() {
		return List.copyOf(this.processes);
	}

	public String masterKey() {
		return prefix() + "master";
	}

	/** The key of a member, or what all of them begin with. */
	public String memberKey(String instanceId) {
		return prefix() + "members/" + instanceId;
	}

	/** What all keys of the service begin with. */
	public String prefix() {
		return "/" + this.environment + "/web/";
	}

	/** Check the promise over the whole life of all instances. */
	public void assertNeverTwoMasters() {
		Timelines.assertNeverTwoMasters(this.processes);
	}

	@Override
	public void close() {
		this.processes.forEach(ClusterProcess::close);
	}

}
