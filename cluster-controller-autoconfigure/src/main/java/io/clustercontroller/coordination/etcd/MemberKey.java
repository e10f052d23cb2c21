package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.MemberJson;
import io.clustercontroller.coordination.etcd.EtcdGateway.Entry;
import io.clustercontroller.coordination.etcd.EtcdGateway.Operation;
import io.clustercontroller.coordination.etcd.EtcdGateway.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The key of a session's own member: written when it changes, one write at a time, the
 * last one given wins. Used on the loop's thread only.
 */
final class MemberKey {

	private final EtcdGateway gateway;

	private final String key;

	private final Duration patience;

	private final ScheduledExecutorService loop;

	private final Consumer<@Nullable CoordinationException> outcome;

	private Member wanted;

	private @Nullable Member written;

	/** The revision of the last write. */
	private long revision;

	private boolean writing;

	private long leaseId;

	/**
	 * @param patience after this a write is sent once more
	 * @param outcome told of each write: {@code null}, or why it is not known to have
	 * happened
	 */
	MemberKey(EtcdGateway gateway, String key, Member member, Duration patience, ScheduledExecutorService loop,
			Consumer<@Nullable CoordinationException> outcome) {
		this.gateway = gateway;
		this.key = key;
		this.wanted = member;
		this.patience = patience;
		this.loop = loop;
		this.outcome = outcome;
	}

	/** Write the member for the first time, under this lease. */
	CompletableFuture<Void> begin(long leaseId) {
		this.leaseId = leaseId;
		return write();
	}

	/** What is given before the lease is known is written with it. */
	CompletableFuture<Void> change(Member member) {
		this.wanted = member;
		return write();
	}

	/**
	 * Write it again where it is missing or not what was written, or a write has failed.
	 */
	void check(@Nullable Entry present) {
		if (present == null || present.modRevision() > this.revision) {
			this.written = null;
		}
		write();
	}

	/**
	 * The second of two requests has arrived, perhaps after something newer was written.
	 */
	private void writtenTwice(Member member, Outcome outcome) {
		boolean last = outcome.revision() > this.revision;
		this.revision = Math.max(this.revision, outcome.revision());
		if (last && !member.equals(this.written)) {
			this.written = null;
			write();
		}
	}

	void end() {
		this.leaseId = 0;
	}

	private CompletableFuture<Void> write() {
		if (this.leaseId == 0 || this.writing || this.wanted.equals(this.written)) {
			return CompletableFuture.completedFuture(null);
		}
		Member member = this.wanted;
		Operation put = Operation.put(this.key, MemberJson.write(member), this.leaseId);
		this.writing = true;
		return Hedged
			.send(() -> this.gateway.transact(List.of(), List.of(put), List.of()), this.patience, this.loop,
					(surplus) -> writtenTwice(member, surplus))
			.handleAsync((done, failure) -> {
				this.writing = false;
				if (failure == null) {
					this.written = member;
					this.revision = Math.max(this.revision, done.revision());
					this.outcome.accept(null);
					return write();
				}
				this.outcome.accept(Failures.of(failure));
				return CompletableFuture.<Void>failedFuture(failure);
			}, this.loop)
			.thenCompose(Function.identity());
	}

}
