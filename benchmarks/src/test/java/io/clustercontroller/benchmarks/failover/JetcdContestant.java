package io.clustercontroller.benchmarks.failover;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.election.CampaignResponse;
import io.etcd.jetcd.election.LeaderKey;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.grpc.stub.StreamObserver;

/**
 * The election that etcd offers, as jetcd has it: campaign, keep the lease alive, resign.
 */
final class JetcdContestant implements Contestant {

	private static final ByteSequence NAME = FloorContestant.bytes("/jetcd/election");

	private final Client client;

	private final Duration ttl;

	private volatile CompletableFuture<LeaderKey> leadership = new CompletableFuture<>();

	private volatile Runnable elected = () -> {
	};

	private volatile long lease;

	JetcdContestant(String endpoint, Duration ttl) {
		this.client = Client.builder().endpoints(endpoint).build();
		this.ttl = ttl;
	}

	@Override
	public void stand(Runnable elected) throws Exception {
		this.elected = elected;
		this.lease = this.client.getLeaseClient().grant(this.ttl.toSeconds()).get().getID();
		this.client.getLeaseClient().keepAlive(this.lease, new StreamObserver<LeaseKeepAliveResponse>() {

			@Override
			public void onNext(LeaseKeepAliveResponse response) {
			}

			@Override
			public void onError(Throwable failure) {
			}

			@Override
			public void onCompleted() {
			}

		});
		campaign();
	}

	private void campaign() {
		this.leadership = this.client.getElectionClient()
			.campaign(NAME, this.lease, FloorContestant.bytes("me"))
			.thenApply(CampaignResponse::getLeader);
		this.leadership.thenRun(this.elected);
	}

	@Override
	public void giveUp(Runnable over) throws Exception {
		over.run();
		this.client.getElectionClient().resign(this.leadership.get()).get();
		campaign();
	}

}
