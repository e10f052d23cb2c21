package io.clustercontroller;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What this instance knows of itself and of its cluster. A bean; every method may be
 * called from any thread.
 * <p>
 * All methods answer from memory and never block, except {@link #members(String, String)}
 * for another service and {@link #awaitService(String, String, Duration)}.
 */
public interface ClusterController {

	/** This instance, with its present role and state. */
	Member self();

	/**
	 * The role last announced to the listeners; {@link Role#SLAVE} until one is known.
	 * Work that must not be done twice asks {@link #isMaster()} instead: it turns false
	 * at the deadline itself, this method a moment later.
	 */
	Role role();

	/** How far this instance has come. */
	MemberState state();

	/**
	 * Whether this instance is master at this very moment. True for at most one instance
	 * of a service at any time. Evaluated from the clocks at each call: a thread that
	 * wakes from a pause longer than the session sees {@code false} at once, before any
	 * event. Ask right before the work it guards.
	 */
	boolean isMaster();

	/**
	 * The fencing token of the present mastership, which grows with every new one.
	 * Present while {@link #isMaster()}.
	 */
	OptionalLong fencingToken();

	/**
	 * How long the session of this instance may be relied on if nothing confirms it any
	 * more: a master stays master for this long, and no longer. Zero while it has none;
	 * more than a year with the local coordinator, whose sessions do not expire.
	 */
	Duration sessionRemaining();

	/**
	 * When this instance got the role it has, by its wall clock; when it was made, while
	 * its first role is not decided.
	 */
	Instant roleSince();

	/**
	 * When the session was last confirmed, by the wall clock and from when the
	 * coordinator was asked. Empty before the first time. With the local coordinator,
	 * whose sessions need no renewal, this is when the instance joined.
	 */
	Optional<Instant> lastContact();

	/**
	 * The master of this service as this instance last saw it, or empty while there is
	 * none.
	 */
	Optional<Member> master();

	/**
	 * The pause of this service that is in force, or empty. While the coordinator cannot
	 * be reached: as it was last seen.
	 */
	Optional<Pause> pause();

	/**
	 * The members of this service, this instance included, in the order in which they
	 * joined. While the coordinator cannot be reached: as they were last seen.
	 */
	List<Member> members();

	/**
	 * The members of another service in the same environment.
	 * @see #members(String, String)
	 */
	List<Member> members(String service);

	/**
	 * The members of another service. Reads from the coordinator and waits for its
	 * answer, 5 s at most.
	 * @throws IllegalStateException if the coordinator does not answer
	 */
	List<Member> members(String environment, String service);

	/**
	 * Wait for a service of the same environment.
	 * @see #awaitService(String, String, Duration)
	 */
	void awaitService(String service, Duration timeout) throws ServiceNotActiveException, InterruptedException;

	/**
	 * Wait until a service has a master that is {@link MemberState#ACTIVE}. Returns at
	 * once where it has one. An unreachable coordinator is waited for like a missing
	 * service.
	 * @param environment the environment of the service
	 * @param service the service to wait for
	 * @param timeout how long to wait at most; with zero it looks once
	 * @throws ServiceNotActiveException if the time is over
	 * @throws InterruptedException if the waiting thread is interrupted
	 */
	void awaitService(String environment, String service, Duration timeout)
			throws ServiceNotActiveException, InterruptedException;

}
