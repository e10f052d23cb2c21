package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.simulation.VirtualProcess;
import io.clustercontroller.simulation.VirtualThread;
import io.clustercontroller.simulation.VirtualTime;
import org.jspecify.annotations.Nullable;

/**
 * What etcd promises and what it does not, in virtual time: revisions, leases that expire
 * on a grid of 500 ms, watches that break or fall silent, answers that are late or lost
 * although the request was carried out, a former leader that goes on confirming leases.
 * For the simulation only; the tests of the backend use a real etcd.
 */
public final class SimulatedEtcd {

	private static final long MILLIS = 1_000_000;

	private static final long ELECTION_TIMEOUT = 1000 * MILLIS;

	private final VirtualTime time;

	private final Random random;

	private final TreeMap<String, EtcdGateway.Entry> store = new TreeMap<>();

	private final List<EtcdGateway.Change> history = new ArrayList<>();

	private final Map<Long, SimulatedLease> leases = new HashMap<>();

	/** The TTL of every lease there ever was, in seconds. */
	private final Map<Long, Long> granted = new HashMap<>();

	private final List<Client> clients = new ArrayList<>();

	private long revision = 1;

	private long compacted;

	private long lastLease = 7;

	private long term = 2;

	private boolean down;

	private boolean formerLeader;

	/** What a former leader takes for expired when it goes on. */
	private List<Long> knownToFormerLeader = List.of();

	private final boolean endsLiveLeases;

	private long slownessMillis;

	private double loss;

	public SimulatedEtcd(VirtualTime time, Random random) {
		this.time = time;
		this.random = random;
		this.endsLiveLeases = random.nextBoolean();
		expireLeases();
	}

	/** A coordinator of one process, with threads of its own. */
	public Coordinator connect(VirtualProcess process) {
		Client client = new Client(process);
		this.clients.add(client);
		return new EtcdCoordinator(client, process.thread(), process, this.random);
	}

	/** No request reaches etcd any more; leases do not expire while it is down. */
	public void stop() {
		this.down = true;
		breakWatches("unavailable");
	}

	/** Be there again, with another leader: every lease begins anew. */
	public void start() {
		this.down = false;
		this.term++;
		this.leases.values().forEach((lease) -> lease.expiresAt = this.time.now() + lease.ttl + ELECTION_TIMEOUT);
		breakWatches("unavailable");
	}

	/**
	 * The leader's disk hangs: the others elect another one, but it goes on confirming
	 * renewals that reach it.
	 */
	public void deposeLeader() {
		start();
		this.formerLeader = true;
		this.knownToFormerLeader = List.copyOf(this.leases.keySet());
	}

	/**
	 * Its disk goes on. Some versions of etcd first end the leases that were renewed
	 * elsewhere in the meantime.
	 */
	public void removeFormerLeader() {
		if (this.formerLeader && this.endsLiveLeases) {
			this.knownToFormerLeader.forEach(this::removeLease);
			tellWatches();
		}
		this.formerLeader = false;
	}

	public void breakWatches(String reason) {
		this.clients.forEach((client) -> client.breakWatches(reason));
	}

	/** Watches tell nothing more, and do not say so. */
	public void silenceWatches() {
		this.clients.forEach((client) -> client.watches.clear());
	}

	public void compact() {
		this.compacted = this.revision;
	}

	/** Let messages be late by up to so much, and lost with a probability. */
	public void disturbNetwork(long slownessMillis, double loss) {
		this.slownessMillis = slownessMillis;
		this.loss = loss;
	}

	/** Cut one process off, or not. */
	public void cutOff(VirtualProcess process, boolean cut) {
		this.clients.stream().filter((client) -> client.process == process).forEach((client) -> client.cut = cut);
	}

	/** All that etcd has stored at this moment. */
	public Snapshot snapshot() {
		return new Snapshot(this.revision, Map.copyOf(this.store), Map.copyOf(this.leases));
	}

	/** Come back with what was stored then; what has happened since is lost. */
	public void restore(Snapshot snapshot) {
		this.revision = snapshot.revision;
		this.compacted = snapshot.revision;
		this.history.clear();
		this.store.clear();
		this.store.putAll(snapshot.store);
		this.leases.clear();
		snapshot.leases.forEach((id, lease) -> this.leases.put(id, new SimulatedLease(lease.ttl, this.time.now())));
		breakWatches("unavailable");
	}

	/** The keys there are. */
	public List<String> keys() {
		return List.copyOf(this.store.keySet());
	}

	public long leases() {
		return this.leases.size();
	}

	/**
	 * Write something that belongs to no session.
	 * @return its revision
	 */
	public long write(String key, String value) {
		put(++this.revision, key, value, 0);
		tellWatches();
		return this.revision;
	}

	/**
	 * Delete something.
	 * @return the revision at which it is gone
	 */
	public long delete(String key) {
		delete(++this.revision, key);
		tellWatches();
		return this.revision;
	}

	private void expireLeases() {
		if (!this.down) {
			List<Long> expired = this.leases.entrySet()
				.stream()
				.filter((lease) -> lease.getValue().expiresAt <= this.time.now())
				.map(Map.Entry::getKey)
				.sorted()
				.toList();
			expired.forEach(this::removeLease);
			tellWatches();
		}
		this.time.at(this.time.now() + 500 * MILLIS, this::expireLeases);
	}

	private void removeLease(long id) {
		this.leases.remove(id);
		List<String> keys = this.store.values()
			.stream()
			.filter((entry) -> entry.leaseId() == id)
			.map(EtcdGateway.Entry::key)
			.toList();
		if (!keys.isEmpty()) {
			long revision = ++this.revision;
			keys.forEach((key) -> delete(revision, key));
		}
	}

	private void put(long revision, String key, String value, long leaseId) {
		EtcdGateway.Entry before = this.store.get(key);
		long created = (before != null) ? before.createRevision() : revision;
		EtcdGateway.Entry entry = new EtcdGateway.Entry(key, value, leaseId, created, revision);
		this.store.put(key, entry);
		this.history.add(new EtcdGateway.Change(key, entry, revision));
	}

	private void delete(long revision, String key) {
		if (this.store.remove(key) != null) {
			this.history.add(new EtcdGateway.Change(key, null, revision));
		}
	}

	private void tellWatches() {
		this.clients.forEach(Client::tellWatches);
	}

	private EtcdGateway.Outcome transact(List<EtcdGateway.Condition> conditions, List<EtcdGateway.Operation> then,
			List<EtcdGateway.Operation> otherwise) {
		boolean succeeded = conditions.stream().allMatch((condition) -> {
			EtcdGateway.Entry entry = this.store.get(condition.key());
			return ((entry != null) ? entry.modRevision() : 0) == condition.modRevision();
		});
		List<EtcdGateway.Operation> operations = succeeded ? then : otherwise;
		for (EtcdGateway.Operation operation : operations) {
			if (operation.kind() == EtcdGateway.Operation.Kind.PUT && operation.leaseId() != 0
					&& !this.leases.containsKey(operation.leaseId())) {
				throw new EtcdGateway.LeaseGoneException(null);
			}
		}
		long next = this.revision + 1;
		int changes = this.history.size();
		List<EtcdGateway.Entry> read = new ArrayList<>();
		for (EtcdGateway.Operation operation : operations) {
			switch (operation.kind()) {
				case PUT -> put(next, operation.key(), operation.value(), operation.leaseId());
				case DELETE -> delete(next, operation.key());
				case GET -> {
					if (this.store.containsKey(operation.key())) {
						read.add(this.store.get(operation.key()));
					}
				}
				case GET_PREFIX ->
					read.addAll(this.store.subMap(operation.key(), operation.key() + Character.MAX_VALUE).values());
			}
		}
		if (this.history.size() > changes) {
			this.revision = next;
			tellWatches();
		}
		return new EtcdGateway.Outcome(succeeded, this.revision, read);
	}

	/** What was stored at some moment. */
	public static final class Snapshot {

		private final long revision;

		private final Map<String, EtcdGateway.Entry> store;

		private final Map<Long, SimulatedLease> leases;

		Snapshot(long revision, Map<String, EtcdGateway.Entry> store, Map<Long, SimulatedLease> leases) {
			this.revision = revision;
			this.store = store;
			this.leases = leases;
		}

	}

	private static final class SimulatedLease {

		private final long ttl;

		private long expiresAt;

		SimulatedLease(long ttl, long now) {
			this.ttl = ttl;
			this.expiresAt = now + ttl;
		}

	}

	/** The line of one process. */
	private final class Client implements EtcdGateway {

		private final VirtualProcess process;

		private final VirtualThread io;

		private final List<SimulatedWatch> watches = new ArrayList<>();

		private Duration limit = Duration.ofSeconds(2);

		private boolean cut;

		Client(VirtualProcess process) {
			this.process = process;
			this.io = process.thread();
		}

		@Override
		public String description() {
			return "simulated etcd";
		}

		@Override
		public boolean isClustered() {
			return false;
		}

		@Override
		public void checkVersions(Runnable told) {
			this.io.execute(told);
		}

		@Override
		public boolean mayEndLiveLeases() {
			return SimulatedEtcd.this.endsLiveLeases;
		}

		@Override
		public void limitCalls(Duration limit) {
			this.limit = limit;
		}

		@Override
		public CompletableFuture<Lease> grant(long ttlSeconds) {
			return request(() -> {
				long id = ++SimulatedEtcd.this.lastLease;
				SimulatedEtcd.this.granted.put(id, ttlSeconds);
				SimulatedEtcd.this.leases.put(id, new SimulatedLease(ttlSeconds * 1000 * MILLIS, now()));
				return new Lease(id, ttlSeconds, SimulatedEtcd.this.term);
			});
		}

		@Override
		public CompletableFuture<Lease> keepAlive(long leaseId) {
			boolean misled = SimulatedEtcd.this.formerLeader && SimulatedEtcd.this.random.nextInt(3) != 0;
			return request(() -> {
				SimulatedLease lease = SimulatedEtcd.this.leases.get(leaseId);
				if (misled) {
					return new Lease(leaseId, SimulatedEtcd.this.granted.get(leaseId), SimulatedEtcd.this.term - 1);
				}
				if (lease == null || lease.expiresAt <= now()) {
					throw new LeaseGoneException(null);
				}
				lease.expiresAt = now() + lease.ttl;
				return new Lease(leaseId, lease.ttl / MILLIS / 1000, SimulatedEtcd.this.term);
			});
		}

		@Override
		public CompletableFuture<Void> revoke(long leaseId) {
			return request(() -> {
				removeLease(leaseId);
				SimulatedEtcd.this.tellWatches();
				return null;
			});
		}

		@Override
		public CompletableFuture<Reading> get(String key) {
			return request(() -> new Reading(SimulatedEtcd.this.revision, SimulatedEtcd.this.term,
					SimulatedEtcd.this.store.get(key)));
		}

		@Override
		public CompletableFuture<Outcome> transact(List<Condition> conditions, List<Operation> then,
				List<Operation> otherwise) {
			return request(() -> SimulatedEtcd.this.transact(conditions, then, otherwise));
		}

		/** The request may be lost, late, or carried out with its answer lost. */
		private <T extends @Nullable Object> CompletableFuture<T> request(Supplier<T> action) {
			CompletableFuture<T> answer = new CompletableFuture<>();
			this.io.schedule(() -> answer.completeExceptionally(new CoordinationException("no answer", null)),
					this.limit.toNanos(), TimeUnit.NANOSECONDS);
			if (isLost()) {
				return answer;
			}
			SimulatedEtcd.this.time.at(now() + latency(), () -> {
				if (SimulatedEtcd.this.down) {
					return;
				}
				try {
					T result = action.get();
					answerLater(() -> answer.complete(result));
				}
				catch (CoordinationException ex) {
					answerLater(() -> answer.completeExceptionally(ex));
				}
			});
			return answer;
		}

		private void answerLater(Runnable answer) {
			if (!isLost()) {
				SimulatedEtcd.this.time.at(now() + latency(), () -> {
					if (!this.io.isShutdown()) {
						this.io.execute(answer);
					}
				});
			}
		}

		private boolean isLost() {
			return this.cut || SimulatedEtcd.this.random.nextDouble() < SimulatedEtcd.this.loss;
		}

		private long latency() {
			long usual = 200_000 + SimulatedEtcd.this.random.nextInt(2_000_000);
			long slowness = SimulatedEtcd.this.slownessMillis;
			return usual + ((slowness > 0) ? (long) (SimulatedEtcd.this.random.nextDouble() * slowness * MILLIS) : 0);
		}

		private long now() {
			return SimulatedEtcd.this.time.now();
		}

		@Override
		public Runnable watch(String prefix, long fromRevision, WatchListener listener) {
			SimulatedWatch watch = new SimulatedWatch(prefix, fromRevision, listener);
			if (fromRevision <= SimulatedEtcd.this.compacted) {
				answerLater(() -> listener.broken("compacted"));
			}
			else if (!isLost() && !SimulatedEtcd.this.down) {
				this.watches.add(watch);
				tellWatches();
			}
			else {
				this.io.schedule(() -> listener.broken("no answer"), 2, TimeUnit.SECONDS);
			}
			return () -> this.watches.remove(watch);
		}

		void tellWatches() {
			if (this.cut) {
				return;
			}
			this.watches.forEach((watch) -> {
				List<Change> news = SimulatedEtcd.this.history.subList(watch.told, SimulatedEtcd.this.history.size())
					.stream()
					.filter((change) -> change.key().startsWith(watch.prefix)
							&& change.revision() >= watch.fromRevision)
					.toList();
				watch.told = SimulatedEtcd.this.history.size();
				if (!news.isEmpty()) {
					// a stream keeps its order, however late
					watch.lastArrival = Math.max(watch.lastArrival, now() + latency());
					SimulatedEtcd.this.time.at(watch.lastArrival, () -> {
						if (this.watches.contains(watch) && !this.io.isShutdown()) {
							this.io.execute(() -> watch.listener.changed(news));
						}
					});
				}
			});
		}

		void breakWatches(String reason) {
			List<SimulatedWatch> broken = List.copyOf(this.watches);
			this.watches.clear();
			broken.forEach((watch) -> this.io.execute(() -> watch.listener.broken(reason)));
		}

		@Override
		public void close() {
			this.watches.clear();
			this.io.shutdown();
		}

	}

	/** A watch of one client. */
	private static final class SimulatedWatch {

		private final String prefix;

		private final long fromRevision;

		private final EtcdGateway.WatchListener listener;

		private int told;

		private long lastArrival;

		SimulatedWatch(String prefix, long fromRevision, EtcdGateway.WatchListener listener) {
			this.prefix = prefix;
			this.fromRevision = fromRevision;
			this.listener = listener;
		}

	}

}
