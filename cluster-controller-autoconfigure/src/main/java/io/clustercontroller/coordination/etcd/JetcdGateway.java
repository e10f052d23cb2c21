package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.clustercontroller.coordination.etcd.EtcdConnectionDetails.Endpoint;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The requests as jetcd makes them.
 * <p>
 * jetcd's own keep-alive gives up after one TTL, and its watches lose events when they
 * resume, so neither is used: leases are renewed one request at a time, and a watch is
 * never resumed.
 */
final class JetcdGateway implements EtcdGateway {

	private final JetcdClient client;

	private final String description;

	private final List<Endpoint> endpoints;

	private final boolean authenticated;

	private final EtcdVersions versions = new EtcdVersions();

	JetcdGateway(JetcdClient client, List<Endpoint> endpoints, boolean authenticated) {
		this.client = client;
		this.endpoints = endpoints;
		this.description = "etcd at " + String.join(", ", endpoints.stream().map(Endpoint::toString).toList());
		this.authenticated = authenticated;
	}

	@Override
	public String description() {
		return this.description;
	}

	@Override
	public boolean isClustered() {
		return this.endpoints.size() > 1;
	}

	@Override
	public void limitCalls(Duration limit) {
		this.client.limitCalls(limit);
	}

	@Override
	public CompletableFuture<Lease> grant(long ttlSeconds) {
		return this.client.call((client) -> client.getLeaseClient()
			.grant(ttlSeconds)
			.thenApply((grant) -> new Lease(grant.getID(), grant.getTTL(), grant.getHeader().getRaftTerm())));
	}

	@Override
	public void checkVersions(Runnable told) {
		Client client = this.client.current();
		CompletableFuture<Boolean> alone = isAlone(client);
		for (Endpoint endpoint : this.endpoints) {
			// best effort: who does not answer is no reason to give up the client
			client.getMaintenanceClient()
				.statusMember("dns:///" + endpoint)
				.thenAcceptBoth(alone, (status, is) -> this.versions.told(endpoint, status.getVersion(), is))
				.thenRun(told);
		}
	}

	private static CompletableFuture<Boolean> isAlone(Client client) {
		return client.getClusterClient()
			.listMember()
			.handle((list, failure) -> failure == null && list.getMembers().size() == 1);
	}

	@Override
	public boolean mayEndLiveLeases() {
		return this.versions.mayEndLiveLeases();
	}

	@Override
	public CompletableFuture<Lease> keepAlive(long leaseId) {
		CompletableFuture<Lease> renewal = this.client.call((etcd) -> freshToken(etcd)
			.thenCompose((done) -> etcd.getLeaseClient().keepAliveOnce(leaseId))
			.thenApply((renewed) -> new Lease(renewed.getID(), renewed.getTTL(), renewed.getHeader().getRaftTerm())));
		return renewal.thenApply((lease) -> {
			if (lease.ttlSeconds() <= 0) {
				throw new LeaseGoneException(null);
			}
			return lease;
		});
	}

	/**
	 * jetcd never refreshes an expired token for a renewal, but does so for a read; and
	 * each use keeps a simple token alive.
	 */
	private CompletableFuture<?> freshToken(Client client) {
		return this.authenticated ? client.getKVClient()
			.get(bytes("/"), GetOption.builder().withCountOnly(true).build())
			.handle((read, failure) -> null) : CompletableFuture.completedFuture(null);
	}

	@Override
	public CompletableFuture<Void> revoke(long leaseId) {
		return this.client.call((client) -> client.getLeaseClient().revoke(leaseId).thenApply((done) -> null));
	}

	@Override
	public CompletableFuture<Reading> get(String key) {
		return this.client.call((client) -> client.getKVClient().get(bytes(key)).thenApply(JetcdGateway::reading));
	}

	private static Reading reading(GetResponse response) {
		return new Reading(response.getHeader().getRevision(), response.getHeader().getRaftTerm(),
				response.getKvs().stream().map(JetcdGateway::entry).findFirst().orElse(null));
	}

	@Override
	public CompletableFuture<Outcome> transact(List<Condition> conditions, List<Operation> then,
			List<Operation> otherwise) {
		Cmp[] comparisons = conditions.stream().map(JetcdGateway::comparison).toArray(Cmp[]::new);
		return this.client.call((client) -> client.getKVClient()
			.txn()
			.If(comparisons)
			.Then(operations(then))
			.Else(operations(otherwise))
			.commit()
			.thenApply(JetcdGateway::outcome));
	}

	private static Cmp comparison(Condition condition) {
		return new Cmp(bytes(condition.key()), Cmp.Op.EQUAL, CmpTarget.modRevision(condition.modRevision()));
	}

	private static Op[] operations(List<Operation> operations) {
		return operations.stream().map(JetcdGateway::operation).toArray(Op[]::new);
	}

	private static Op operation(Operation operation) {
		ByteSequence key = bytes(operation.key());
		return switch (operation.kind()) {
			case PUT ->
				Op.put(key, bytes(operation.value()), PutOption.builder().withLeaseId(operation.leaseId()).build());
			case DELETE -> Op.delete(key, DeleteOption.DEFAULT);
			case GET -> Op.get(key, GetOption.DEFAULT);
			case GET_PREFIX -> Op.get(key, GetOption.builder().isPrefix(true).build());
		};
	}

	private static Outcome outcome(TxnResponse response) {
		Stream<KeyValue> read = response.getGetResponses().stream().flatMap((get) -> get.getKvs().stream());
		return new Outcome(response.isSucceeded(), response.getHeader().getRevision(),
				read.map(JetcdGateway::entry).toList());
	}

	@Override
	public Runnable watch(String prefix, long fromRevision, WatchListener listener) {
		WatchOption option = WatchOption.builder()
			.isPrefix(true)
			.withRevision(fromRevision)
			.withRequireLeader(true)
			.build();
		try {
			Watch.Watcher watcher = this.client.current()
				.getWatchClient()
				.watch(bytes(prefix), option, new Relay(listener));
			return watcher::close;
		}
		catch (RuntimeException ex) {
			// the client was just replaced by another one
			listener.broken(String.valueOf(ex.getMessage()));
			return () -> {
			};
		}
	}

	@Override
	public void close() {
		this.client.close();
	}

	private static Entry entry(KeyValue pair) {
		return new Entry(pair.getKey().toString(UTF_8), pair.getValue().toString(UTF_8), pair.getLease(),
				pair.getCreateRevision(), pair.getModRevision());
	}

	private static ByteSequence bytes(String text) {
		return ByteSequence.from(text, UTF_8);
	}

	/**
	 * Hands over and returns; whatever a listener throws would kill the watch, or end in
	 * jetcd's locks.
	 */
	private record Relay(WatchListener listener) implements Watch.Listener {

		@Override
		public void onNext(WatchResponse response) {
			try {
				List<Change> changes = response.getEvents().stream().map(Relay::change).toList();
				if (!changes.isEmpty()) {
					this.listener.changed(changes);
				}
			}
			catch (RuntimeException ex) {
				broken(String.valueOf(ex.getMessage()));
			}
		}

		private static Change change(WatchEvent event) {
			KeyValue pair = event.getKeyValue();
			boolean put = event.getEventType() == WatchEvent.EventType.PUT;
			return new Change(pair.getKey().toString(UTF_8), put ? entry(pair) : null, pair.getModRevision());
		}

		@Override
		public void onError(Throwable failure) {
			broken(String.valueOf(failure.getMessage()));
		}

		@Override
		public void onCompleted() {
			broken("ended");
		}

		private void broken(String reason) {
			try {
				this.listener.broken(reason);
			}
			catch (RuntimeException ex) {
				// the coordinator has been closed
			}
		}

	}

}
