package io.clustercontroller.coordination.etcd;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.MemberJson;
import io.clustercontroller.coordination.etcd.EtcdGateway.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The key of a session's own member: written when it changes, one write at a time, the
 * last one given wins. Used on the loop's thread only.
 */
final class MemberKey {

	private final EtcdGateway gateway;

	private final String key;

	private final Executor loop;

	private final Consumer<@Nullable CoordinationException> outcome;

	private Member wanted;

	private @Nullable Member written;

	private boolean writing;

	private long leaseId;

	/**
	 * @param outcome told of each write: {@code null}, or why it is not known to have
	 * happened
	 */
	MemberKey(EtcdGateway gateway, String key, Member member, Executor loop,
			Consumer<@Nullable CoordinationException> outcome) {
		this.gateway = gateway;
		this.key = key;
		this.wanted = member;
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

	/** Write it again where it is missing, or where a write has failed. */
	void check(boolean present) {
		if (!present) {
			this.written = null;
		}
		write();
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
		return this.gateway.transact(List.of(), List.of(put), List.of()).handleAsync((done, failure) -> {
			this.writing = false;
			if (failure == null) {
				this.written = member;
				this.outcome.accept(null);
				return write();
			}
			this.outcome.accept(Failures.of(failure));
			return CompletableFuture.<Void>failedFuture(failure);
		}, this.loop).thenCompose(Function.identity());
	}

}
