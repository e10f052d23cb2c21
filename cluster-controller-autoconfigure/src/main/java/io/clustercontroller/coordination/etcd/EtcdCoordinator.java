package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.coordination.etcd.EtcdGateway.Operation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Coordination through etcd.
 */
final class EtcdCoordinator implements Coordinator {

	private static final Logger logger = LoggerFactory.getLogger(EtcdCoordinator.class);

	/**
	 * An election of a leader took 1.5 to 2.4 s when measured, and the master has two
	 * thirds.
	 */
	private static final Duration SHORT_FOR_A_CLUSTER = Duration.ofSeconds(5);

	private static final Duration SHORTEST_CALL = Duration.ofMillis(700);

	private static final Duration LONGEST_CALL = Duration.ofSeconds(2);

	private final EtcdGateway gateway;

	private final ScheduledExecutorService loop;

	private final TimeSource time;

	private final RandomGenerator random;

	private final EtcdHistory history;

	private final AtomicBoolean warned = new AtomicBoolean();

	/**
	 * @param gateway the way to etcd, closed with the coordinator
	 * @param loop one thread on which all sessions live, shut down with the coordinator
	 */
	EtcdCoordinator(EtcdGateway gateway, ScheduledExecutorService loop, TimeSource time, RandomGenerator random) {
		this.gateway = gateway;
		this.loop = loop;
		this.time = time;
		this.random = random;
		this.history = new EtcdHistory(time);
	}

	@Override
	public String description() {
		return this.gateway.description();
	}

	@Override
	public Session join(Member self, Duration ttl, SessionListener listener) {
		this.gateway.limitCalls(callLimit(ttl));
		if (this.warned.compareAndSet(false, true)) {
			warnOfShortTtl(ttl);
		}
		EtcdSession session = new EtcdSession(self, ttl, listener, this.gateway, this.history, this.loop, this.time,
				this.random);
		this.loop.execute(session::open);
		return session;
	}

	private void warnOfShortTtl(Duration ttl) {
		if (this.gateway.isClustered() && ttl.compareTo(SHORT_FOR_A_CLUSTER) < 0) {
			logger.warn("A session TTL of {} s is short for several members of etcd: while they elect a leader, up to "
					+ "2.4 s, the master may step down. 10 s suits most networks", ttl.toSeconds());
		}
	}

	/**
	 * Short enough for several attempts within a TTL, long enough for a loaded machine.
	 */
	private static Duration callLimit(Duration ttl) {
		Duration fifth = ttl.dividedBy(5);
		if (fifth.compareTo(SHORTEST_CALL) < 0) {
			return SHORTEST_CALL;
		}
		return (fifth.compareTo(LONGEST_CALL) > 0) ? LONGEST_CALL : fifth;
	}

	@Override
	public CompletionStage<ClusterView> view(String environment, String service) {
		ServiceKeys keys = new ServiceKeys(environment, service);
		return this.gateway
			.transact(List.of(), List.of(Operation.get(keys.master()), Operation.getPrefix(keys.members())), List.of())
			.thenApply((outcome) -> {
				ServiceMirror mirror = new ServiceMirror(keys);
				mirror.reset(outcome.revision(), outcome.entries());
				return mirror.view("", 0, 0);
			});
	}

	@Override
	public Records records(String environment, String service) {
		return new EtcdRecords(this.gateway, new ServiceKeys(environment, service), this.loop);
	}

	@Override
	public boolean offersLocks() {
		return true;
	}

	@Override
	public void close() {
		this.loop.shutdownNow();
		this.gateway.close();
	}

}
