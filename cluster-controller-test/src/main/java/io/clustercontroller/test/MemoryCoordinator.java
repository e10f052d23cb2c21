package io.clustercontroller.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in a cluster in memory. Those of one cluster see each other.
 */
final class MemoryCoordinator implements Coordinator {

	private final MemoryCluster cluster;

	/** Those that have not ended; used on the cluster's thread only. */
	private final List<MemorySession> sessions = new ArrayList<>();

	private volatile boolean closed;

	MemoryCoordinator(MemoryCluster cluster) {
		this.cluster = cluster;
	}

	@Override
	public String description() {
		return "the test cluster";
	}

	@Override
	public Session join(Member self, Duration ttl, SessionListener listener) {
		MemorySession session = new MemorySession(this, self, listener);
		call(() -> {
			this.sessions.removeIf(MemorySession::isOver);
			this.sessions.add(session);
			session.join(this.cluster.service(self.environment(), self.service()));
			return true;
		}).whenComplete((done, failure) -> {
			if (failure != null) {
				listener.ended(new CoordinationException("the test cluster is closed", failure));
			}
		});
		return session;
	}

	@Override
	public CompletionStage<ClusterView> view(String environment, String service) {
		return call(() -> this.cluster.service(environment, service).view(null));
	}

	@Override
	public Records records(String environment, String service) {
		return new ServiceRecords(environment, service);
	}

	@Override
	public boolean offersLocks() {
		return true;
	}

	@Override
	public void close() {
		this.closed = true;
		this.cluster.call(() -> {
			this.sessions.forEach(MemorySession::end);
			this.sessions.clear();
			return true;
		});
	}

	MemoryCluster cluster() {
		return this.cluster;
	}

	<T> CompletionStage<T> call(Supplier<T> work) {
		return this.cluster.call(() -> {
			if (this.closed) {
				throw new CoordinationException("this coordinator is closed", null);
			}
			return work.get();
		});
	}

	private final class ServiceRecords implements Records {

		private final String environment;

		private final String service;

		ServiceRecords(String environment, String service) {
			this.environment = environment;
			this.service = service;
		}

		@Override
		public CompletionStage<Optional<StoredRecord>> read(String name) {
			return in((service) -> service.read(name));
		}

		@Override
		public CompletionStage<List<StoredRecord>> list(String prefix) {
			return in((service) -> service.list(prefix));
		}

		@Override
		public CompletionStage<OptionalLong> write(String name, String value, long expectedVersion,
				@Nullable Long fencingToken) {
			return in((service) -> service.write(name, value, expectedVersion, fencingToken));
		}

		@Override
		public CompletionStage<Boolean> delete(String name, long expectedVersion) {
			return in((service) -> service.delete(name, expectedVersion));
		}

		private <T> CompletionStage<T> in(Function<MemoryService, T> work) {
			return call(() -> work.apply(MemoryCoordinator.this.cluster.service(this.environment, this.service)));
		}

	}

}
