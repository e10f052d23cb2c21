package io.clustercontroller.benchmarks.failover;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.watch.WatchEvent;

/**
 * The least that an election over etcd can do: see in a watch that the key is gone, and
 * create it in one transaction. Its lease is renewed each third of the TTL, as that of
 * the starter. It is safe against nothing.
 */
final class FloorContestant implements Contestant {

	private static final ByteSequence KEY = bytes("/floor/leader");

	private final Client client;

	private final Duration ttl;

	private volatile long lease;

	private volatile boolean givesUp;

	FloorContestant(String endpoint, Duration ttl) {
		this.client = Client.builder().endpoints(endpoint).build();
		this.ttl = ttl;
	}

	@Override
	public void stand(Runnable elected) throws Exception {
		this.lease = this.client.getLeaseClient().grant(this.ttl.toSeconds()).get().getID();
		long period = this.ttl.toMillis() / 3;
		Executors.newSingleThreadScheduledExecutor()
			.scheduleAtFixedRate(() -> this.client.getLeaseClient().keepAliveOnce(this.lease), period, period,
					TimeUnit.MILLISECONDS);
		this.client.getWatchClient()
			.watch(KEY,
					(response) -> response.getEvents()
						.stream()
						.filter((event) -> event.getEventType() == WatchEvent.EventType.DELETE)
						.forEach((event) -> {
							if (this.givesUp) {
								this.givesUp = false;
							}
							else {
								create(elected);
							}
						}));
		create(elected);
	}

	private void create(Runnable elected) {
		this.client.getKVClient()
			.txn()
			.If(new Cmp(KEY, Cmp.Op.EQUAL, CmpTarget.createRevision(0)))
			.Then(Op.put(KEY, bytes("me"), PutOption.builder().withLeaseId(this.lease).build()))
			.Else(Op.get(KEY, GetOption.DEFAULT))
			.commit()
			.thenAccept((response) -> {
				if (response.isSucceeded()) {
					elected.run();
				}
			});
	}

	@Override
	public void giveUp(Runnable over) throws Exception {
		over.run();
		// its own watch sees the deletion as well
		this.givesUp = true;
		this.client.getKVClient().delete(KEY, DeleteOption.DEFAULT).get();
	}

	static ByteSequence bytes(String text) {
		return ByteSequence.from(text, StandardCharsets.UTF_8);
	}

}
