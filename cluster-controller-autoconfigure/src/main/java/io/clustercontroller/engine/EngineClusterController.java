package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Pause;
import io.clustercontroller.Role;
import io.clustercontroller.ServiceNotActiveException;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Names;
import io.clustercontroller.coordination.TimeSource;

/**
 * Answers from the engine's standing, and about other services from the coordinator.
 */
final class EngineClusterController implements ClusterController {

	private static final Duration READ_LIMIT = Duration.ofSeconds(5);

	/**
	 * What the last look of a wait may take, so that it says what the service lacks and
	 * not that there was no time to look.
	 */
	private static final Duration SHORTEST_READ = Duration.ofSeconds(1);

	private static final Duration POLL = Duration.ofMillis(500);

	private final Supplier<ClusterInstance> instance;

	private final Coordinator coordinator;

	private final TimeSource time;

	EngineClusterController(Supplier<ClusterInstance> instance, Coordinator coordinator, TimeSource time) {
		this.instance = instance;
		this.coordinator = coordinator;
		this.time = time;
	}

	private Standing standing() {
		return this.instance.get().engine().standing();
	}

	@Override
	public Member self() {
		return standing().self();
	}

	@Override
	public Role role() {
		return self().role();
	}

	@Override
	public MemberState state() {
		return self().state();
	}

	@Override
	public boolean isMaster() {
		return standing().isMaster(this.time);
	}

	@Override
	public OptionalLong fencingToken() {
		Standing standing = standing();
		return standing.isMaster(this.time) ? OptionalLong.of(standing.token()) : OptionalLong.empty();
	}

	@Override
	public Duration sessionRemaining() {
		return standing().remaining(this.time);
	}

	@Override
	public Instant roleSince() {
		return standing().roleSince();
	}

	@Override
	public Optional<Instant> lastContact() {
		return Optional.ofNullable(standing().lastContact());
	}

	@Override
	public Optional<Member> master() {
		return standing().view().master();
	}

	@Override
	public Optional<Pause> pause() {
		return standing().view().pauseAt(this.time.wallMillis());
	}

	@Override
	public List<Member> members() {
		return standing().members();
	}

	@Override
	public List<Member> members(String service) {
		return members(self().environment(), service);
	}

	@Override
	public List<Member> members(String environment, String service) {
		if (isOwn(environment, service)) {
			return members();
		}
		try {
			return read(environment, service, READ_LIMIT.toNanos()).members();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while reading the members of service '" + service + "'", ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException("Cannot read the members of service '%s' in '%s' from %s: %s"
				.formatted(service, environment, this.coordinator.description(), reason(ex)), ex);
		}
	}

	@Override
	public void awaitService(String service, Duration timeout) throws ServiceNotActiveException, InterruptedException {
		awaitService(self().environment(), service, timeout);
	}

	@Override
	public void awaitService(String environment, String service, Duration timeout)
			throws ServiceNotActiveException, InterruptedException {
		long deadline = this.time.nanoTime() + timeout.toNanos();
		while (true) {
			long remaining = deadline - this.time.nanoTime();
			String missing = findMissing(environment, service,
					Math.max(SHORTEST_READ.toNanos(), Math.min(remaining, READ_LIMIT.toNanos())));
			if (missing.isEmpty()) {
				return;
			}
			remaining = deadline - this.time.nanoTime();
			if (remaining <= 0) {
				throw new ServiceNotActiveException(environment, service, timeout, missing);
			}
			if (this.instance.get().stopped().await(Math.min(remaining, POLL.toNanos()), TimeUnit.NANOSECONDS)) {
				throw new ServiceNotActiveException(environment, service, timeout, "this instance is stopping");
			}
		}
	}

	/** What the service lacks, or nothing. */
	private String findMissing(String environment, String service, long limitNanos) throws InterruptedException {
		try {
			List<Member> members = isOwn(environment, service) ? members()
					: read(environment, service, limitNanos).members();
			Optional<Member> master = members.stream().filter((member) -> member.role() == Role.MASTER).findFirst();
			return master
				.map((member) -> (member.state() == MemberState.ACTIVE) ? ""
						: "its master '%s' is %s".formatted(member.instanceId(), member.state()))
				.orElse("it has no master");
		}
		catch (ExecutionException | TimeoutException ex) {
			return this.coordinator.description() + " does not answer: " + reason(ex);
		}
	}

	private boolean isOwn(String environment, String service) {
		return environment.equals(self().environment()) && service.equals(self().service());
	}

	private ClusterView read(String environment, String service, long limitNanos)
			throws InterruptedException, ExecutionException, TimeoutException {
		if (!Names.isValid(environment) || !Names.isValid(service)) {
			throw new IllegalArgumentException(
					"Not the name of a service: '%s' in '%s'".formatted(service, environment));
		}
		CompletionStage<ClusterView> view = this.coordinator.view(environment, service);
		return view.toCompletableFuture().get(limitNanos, TimeUnit.NANOSECONDS);
	}

	private static String reason(Exception failure) {
		return (failure.getCause() != null) ? String.valueOf(failure.getCause().getMessage()) : "no answer in time";
	}

}
