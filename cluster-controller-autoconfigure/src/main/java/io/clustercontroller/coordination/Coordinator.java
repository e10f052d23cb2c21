package io.clustercontroller.coordination;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

import io.clustercontroller.Member;

/**
 * Knows who is in the cluster and who is master of it. No method blocks; work goes on on
 * threads of the coordinator's own.
 */
public interface Coordinator extends AutoCloseable {

	/** What this is and where, for log lines: {@code etcd at a:2379, b:2379}. */
	String description();

	/**
	 * Join the member's service. Returns at once; the listener is told how it goes on: a
	 * {@linkplain SessionListener#confirmed confirmation}, then the first
	 * {@linkplain SessionListener#viewed view} when the member is registered, or the
	 * {@linkplain SessionListener#ended end} if that fails.
	 * @param self the member to register; its role is of no interest
	 * @param ttl the time after which a session that is silent ends
	 * @param listener what to tell about the session
	 */
	Session join(Member self, Duration ttl, SessionListener listener);

	/**
	 * Read any service once, without joining it. An unknown service is an empty view.
	 * @return the view; fails with {@link CoordinationException}
	 */
	CompletionStage<ClusterView> view(String environment, String service);

	/** The durable records of a service. */
	Records records(String environment, String service);

	/**
	 * Whether its sessions hold {@linkplain Session#lock(String) locks} that all see who
	 * share a volume. Without them a folder is locked by files in the folder itself.
	 */
	default boolean offersLocks() {
		return false;
	}

	/**
	 * Give back all resources. Sessions that have not been left end by themselves, at the
	 * latest after their TTL.
	 */
	@Override
	void close();

}
