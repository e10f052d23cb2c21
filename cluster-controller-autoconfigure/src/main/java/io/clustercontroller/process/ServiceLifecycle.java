package io.clustercontroller.process;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.clustercontroller.ClusterTimings;
import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.Role;
import io.clustercontroller.command.Capabilities;
import io.clustercontroller.command.CommandException;
import io.clustercontroller.coordination.InterruptOnShutdown;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.event.StoppingEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * The life of the service within that of the application. It is started with the
 * application and hears of each role as a listener, after all others. It is stopped not
 * with its phase but when the instance is about to leave, after what hears that it is no
 * master any more, unless that takes more than a second.
 */
final class ServiceLifecycle implements SmartLifecycle, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(ServiceLifecycle.class);

	/**
	 * After the templates, which are rendered 256 before the default phase, and before
	 * the watch for its ports, 64.
	 */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 128;

	/**
	 * The first role event is heard within seconds, and the start takes milliseconds:
	 * this is for a thread that does not run.
	 */
	private static final Duration START_LIMIT = Duration.ofSeconds(60);

	private static final int INIT = 1;

	private final ProcessProperties properties;

	private final ServiceLauncher launcher;

	private final Capabilities capabilities;

	private final Supplier<Supervisor> newSupervisor;

	private final ClusterTimings timings;

	private final TimeSource time;

	private Supervisor supervisor;

	private volatile boolean running;

	ServiceLifecycle(ProcessProperties properties, ServiceLauncher launcher, Capabilities capabilities,
			Supplier<Supervisor> newSupervisor, ClusterTimings timings, TimeSource time) {
		this.properties = properties;
		this.launcher = launcher;
		this.capabilities = capabilities;
		this.newSupervisor = newSupervisor;
		this.timings = timings;
		this.time = time;
		this.supervisor = newSupervisor.get();
	}

	synchronized Supervisor supervisor() {
		return this.supervisor;
	}

	/** A context that is started again has another run of the service. */
	private synchronized Supervisor freshSupervisor() {
		if (this.supervisor.isSpent()) {
			this.supervisor.close();
			this.supervisor = this.newSupervisor.get();
		}
		return this.supervisor;
	}

	@Override
	@SuppressWarnings("try")
	public void start() {
		ServiceExitCode.clear();
		checkCapabilities();
		this.launcher.check();
		this.running = true;
		try (InterruptOnShutdown abort = new InterruptOnShutdown()) {
			// Spring interrupts a start only if it waits without a limit of its own
			freshSupervisor().begin().orTimeout(START_LIMIT.toNanos(), TimeUnit.NANOSECONDS).get();
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof CommandException failure) ? this.launcher.invalid(failure)
					: new IllegalStateException("The service was not started", ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while starting the service", ex);
		}
	}

	private void checkCapabilities() {
		String found = this.capabilities.describe();
		if (this.properties.requireNoSurvivors() && !this.capabilities.leaveNoSurvivors()) {
			throw new InvalidPropertyException("cluster-controller.process.require-no-survivors", true,
					"this machine cannot promise it. " + found.replaceAll("\\.$", ""),
					"Install what is missing, or set 'cluster-controller.process.require-no-survivors' to 'false'.");
		}
		logger.info("Supervising the service '{}'. {}", this.properties.command().get(0), found);
		if (ProcessHandle.current().pid() == INIT) {
			logger.warn("This JVM is PID 1 and does not collect processes that others have left behind. Run the "
					+ "container with an init: 'init: true' in Compose and Swarm, 'docker run --init', or tini as "
					+ "entry point.");
		}
	}

	/** The service has no time to wait for other listeners: the session ends. */
	@EventListener
	@Order(Ordered.HIGHEST_PRECEDENCE)
	void sessionLost(BecameSlaveEvent event) {
		if (event.cause() == RoleChangeCause.SESSION_LOST) {
			supervisor().sessionLost(event.fencingToken());
		}
	}

	/** One listener for both, as two could overtake each other. */
	@EventListener({ BecameMasterEvent.class, BecameSlaveEvent.class })
	@Order(Ordered.LOWEST_PRECEDENCE)
	void roleChanged(Object event) {
		if (event instanceof BecameMasterEvent master) {
			supervisor(master.cause()).roleChanged(Role.MASTER, master.fencingToken(), this.timings.workLimit());
		}
		else if (event instanceof BecameSlaveEvent slave && slave.cause() != RoleChangeCause.STOPPING) {
			becameSlave(slave);
		}
	}

	private void becameSlave(BecameSlaveEvent event) {
		Duration limit = this.time.remaining(event.at(), this.timings.workLimit());
		CompletableFuture<?> done = supervisor(event.cause()).roleChanged(Role.SLAVE, event.fencingToken(), limit);
		if (event.cause() != RoleChangeCause.STARTED) {
			await(done, limit);
		}
	}

	/** All of it is stopped, whatever its role. */
	@EventListener
	@Order(Ordered.LOWEST_PRECEDENCE)
	void stopping(StoppingEvent event) {
		Duration limit = this.time.remaining(event.at(), event.limit());
		CompletableFuture<Integer> over = supervisor().stop(limit);
		await(over, limit);
		ServiceExitCode.set(over.getNow(1));
	}

	private Supervisor supervisor(RoleChangeCause cause) {
		return (cause == RoleChangeCause.STARTED) ? freshSupervisor() : supervisor();
	}

	private static void await(CompletableFuture<?> done, Duration limit) {
		try {
			done.get(limit.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (TimeoutException ex) {
			logger.warn("The service is not as it should be after {} ms; the cluster does not wait longer",
					limit.toMillis());
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Nothing yet; see {@link #stopping}. */
	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public void destroy() {
		supervisor().close();
	}

}
