package io.clustercontroller.test;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.Member;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.InstanceLocks;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.ClusterEvents;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * A cluster in memory that a test steers: no server, no files, no waiting for a session
 * to end. The application takes part in it through the same engine as in production, so
 * its events, guards, jobs, locks and operations are the real ones. A bean with
 * {@link AutoConfigureTestCluster}; elsewhere an initializer of the application's
 * context. Each belongs to one application.
 * <p>
 * A method returns when the application has done its part and its listeners have run;
 * only a listener that takes longer than a second is not waited for. It throws
 * {@link IllegalStateException} if that takes more than 30 seconds, or if the application
 * has not been started. It waits for listeners, so it must not be called from one.
 * <p>
 * The other members do nothing by themselves. They take the mastership over when the
 * application gives it to them, and never when it is free.
 */
public final class TestCluster implements ApplicationContextInitializer<ConfigurableApplicationContext>, AutoCloseable {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final Duration PAUSE = Duration.ofMillis(2);

	private final MemoryCluster cluster;

	private volatile @Nullable ConfigurableApplicationContext context;

	/** A cluster of which the application will be master. */
	public TestCluster() {
		this(Role.MASTER);
	}

	/**
	 * @param role the role of the application when it has started; as a slave it finds
	 * the member {@code other} as master
	 */
	public TestCluster(Role role) {
		this.cluster = new MemoryCluster(role == Role.SLAVE);
	}

	/** Make this the cluster of the application, before its context is refreshed. */
	@Override
	public void initialize(ConfigurableApplicationContext context) {
		if (this.context != null) {
			throw new IllegalStateException(
					"This TestCluster is that of another application context; make a new one for each.");
		}
		this.context = context;
		context.getEnvironment()
			.getPropertySources()
			.addLast(new MapPropertySource("testCluster",
					Map.of("cluster-controller.environment", "test", "cluster-controller.service", "test")));
		GenericApplicationContext registry = (GenericApplicationContext) context;
		registry.registerBean("testCluster", TestCluster.class, () -> this);
		registry.registerBean("testClusterCoordinator", Coordinator.class,
				() -> new MemoryCoordinator(context.getBean(TestCluster.class).cluster));
	}

	/**
	 * Make the application master, as if it had been elected, whoever is master now. A
	 * session that was lost is restored.
	 */
	public void becomeMaster() {
		Member self = controller().self();
		if (!self.eligible()) {
			throw new IllegalStateException(
					"The application cannot be master: it does not stand for election. See 'cluster-controller.election.priority' (%d), '.eligible' and '.when', and ClusterOperations.setEligible."
						.formatted(self.priority()));
		}
		steer(MemoryService::restore);
		steer((service) -> service.appoint(self.instanceId()));
		await("master", () -> controller().isMaster());
	}

	/**
	 * Make another member master: the application steps down if it is master, as it does
	 * for {@link ClusterOperations#stepDown()}. A member {@code other} is added if there
	 * is none besides the application. A session that was lost is restored.
	 */
	public void becomeSlave() {
		steer(MemoryService::haveSuccessor);
		steer(MemoryService::restore);
		if (controller().isMaster()) {
			context().getBean(ClusterOperations.class).stepDown();
		}
		await("slave of another master", () -> !controller().isMaster() && controller().master().isPresent());
	}

	/**
	 * End the application's session, as when etcd has not heard of it for too long. It is
	 * master no more, and finds no way back until the session is restored. The mastership
	 * is free.
	 */
	public void loseSession() {
		get(call((service) -> {
			service.lose();
			return service.whenSomebodyWaits();
		}));
		await("without a session", () -> !controller().isMaster() && controller().master().isEmpty());
	}

	/**
	 * Let the application join again after {@link #loseSession()}. It becomes master if
	 * the mastership is free.
	 */
	public void restoreSession() {
		steer(MemoryService::restore);
	}

	/**
	 * Add a member that is active and may become master.
	 * @param instanceId its instance id, and the name of its container
	 * @return the member
	 * @throws IllegalArgumentException if there is a member with this id
	 */
	public Member addMember(String instanceId) {
		if (call((service) -> service.hasMember(instanceId))) {
			throw new IllegalArgumentException("There is a member '%s' already.".formatted(instanceId));
		}
		steer((service) -> service.addPeer(instanceId));
		return call((service) -> service.member(instanceId));
	}

	/**
	 * Remove a member that was added, as if it had died. If it was master, the
	 * application becomes master.
	 * @throws IllegalArgumentException if no such member was added
	 */
	public void removeMember(String instanceId) {
		if (!call((service) -> service.hasPeer(instanceId))) {
			throw new IllegalArgumentException(
					"No member '%s' was added; the application itself cannot be removed.".formatted(instanceId));
		}
		steer((service) -> service.removePeer(instanceId));
	}

	/** End the cluster, after the application. The bean is closed with its context. */
	@Override
	public void close() {
		this.cluster.close();
	}

	private ConfigurableApplicationContext context() {
		ConfigurableApplicationContext context = this.context;
		if (context == null || !context.isRunning()) {
			throw new IllegalStateException("No application is running in this TestCluster. Start one with it as "
					+ "initializer, or with @AutoConfigureTestCluster.");
		}
		return context;
	}

	private ClusterController controller() {
		return context().getBean(ClusterController.class);
	}

	/** Change the service, and wait until the application has followed. */
	private void steer(Consumer<MemoryService> change) {
		call((service) -> {
			change.accept(service);
			return true;
		});
		await("where the test wants it", () -> {
			Member self = controller().self();
			boolean elects = self.eligible() && controller().pause().isEmpty();
			return call((service) -> service.isSettled(self.instanceId(), controller().members(),
					controller().master().map(Member::instanceId).orElse(null), elects));
		});
	}

	private void await(String wanted, BooleanSupplier condition) {
		long deadline = TimeSource.SYSTEM.nanoTime() + LIMIT.toNanos();
		while (!condition.getAsBoolean()) {
			if (TimeSource.SYSTEM.nanoTime() - deadline >= 0) {
				throw new IllegalStateException(
						"The application is not %s after %d s. It may be that a listener of a role event does not return; it is %s and sees %s."
							.formatted(wanted, LIMIT.toSeconds(), controller().role(), controller().members()));
			}
			get(this.cluster.pause(PAUSE));
		}
		// the engine says what it is before it tells: let it end its step, then the
		// events
		InstanceLocks engine = context().getBean(InstanceLocks.class);
		get(engine.release(engine.session(), "none").handle((done, failure) -> true));
		get(context().getBean(ClusterEvents.class).publish(new Steered()));
	}

	private <T> T call(Function<MemoryService, T> work) {
		context();
		return get(this.cluster.inApplication(work));
	}

	private static <T> T get(CompletionStage<T> stage) {
		try {
			return stage.toCompletableFuture().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the application follows the test", ex);
		}
		catch (TimeoutException ex) {
			throw new IllegalStateException(
					"The application has not followed the test within %d s: a listener may not return."
						.formatted(LIMIT.toSeconds()),
					ex);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("The test cluster has failed: " + ex.getCause(), ex.getCause());
		}
	}

	/** Comes after all events that tell what was steered. */
	private record Steered() {
	}

}
