package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The life of this instance within that of the application context: joins when the web
 * server is up, leaves before it goes down.
 * <p>
 * The start waits for the first role, so that an application that is up knows its own.
 * The engine's thread is no daemon: it keeps a process alive that has no web server.
 */
final class ClusterLifecycle implements SmartLifecycle, DisposableBean {

	/**
	 * After the web server, which starts 2048 before the default phase, and before what
	 * the application starts in the default phase and stops before the mastership is
	 * given up.
	 */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 512;

	private static final Logger logger = LoggerFactory.getLogger(ClusterLifecycle.class);

	/** How often a start that has to wait says so. */
	private static final Duration PROGRESS = Duration.ofSeconds(5);

	private final ClusterProperties properties;

	private final Coordinator coordinator;

	private final TimeSource time = TimeSource.SYSTEM;

	private final ScheduledExecutorService loop;

	private final EventDispatcher dispatcher;

	private final Engine engine;

	private final PortProbe probe;

	private final CountDownLatch stopped = new CountDownLatch(1);

	private volatile boolean running;

	ClusterLifecycle(ClusterProperties properties, Coordinator coordinator, ApplicationContext context) {
		this.properties = properties;
		this.coordinator = coordinator;
		this.loop = newLoop();
		this.dispatcher = new EventDispatcher(context);
		this.engine = new Engine(newMember(),
				new EngineSettings(properties.session().ttl(), properties.session().stepDownMargin(),
						properties.stopTimeout()),
				coordinator, this.dispatcher::publish, this.loop, this.time, new Random());
		this.probe = new PortProbe(properties.portsWhenActive(), this.engine::reportPorts);
	}

	private static ScheduledExecutorService newLoop() {
		ScheduledThreadPoolExecutor loop = new ScheduledThreadPoolExecutor(1,
				new CustomizableThreadFactory("cluster-engine-"));
		loop.setRemoveOnCancelPolicy(true);
		return loop;
	}

	private Member newMember() {
		String container = this.properties.containerName();
		String id = container.replaceAll("[^A-Za-z0-9.-]", "-") + "-" + UUID.randomUUID().toString().substring(0, 8);
		return new Member(id.toLowerCase(Locale.ROOT), container, this.properties.environment(),
				this.properties.service(), Role.SLAVE, MemberState.STARTED, this.properties.portsWhenActive(),
				this.properties.election().priority(), Instant.ofEpochMilli(this.time.wallMillis()),
				this.properties.metadata());
	}

	ClusterController controller() {
		return new EngineClusterController(this.engine, this.coordinator, this.time, this.stopped);
	}

	ClusterOperations operations() {
		return new EngineClusterOperations(this.engine, this.properties.stopTimeout());
	}

	@Override
	public void start() {
		this.running = true;
		Thread abort = new Thread(Thread.currentThread()::interrupt, "cluster-abort-start");
		// a process that is told to stop does not wait for etcd until the start times out
		Runtime.getRuntime().addShutdownHook(abort);
		try {
			awaitRole(this.engine.start());
		}
		catch (RuntimeException ex) {
			stop();
			throw ex;
		}
		finally {
			removeShutdownHook(abort);
		}
		if (!this.properties.portsWhenActive().isEmpty()) {
			this.probe.start();
		}
	}

	private static void removeShutdownHook(Thread hook) {
		try {
			Runtime.getRuntime().removeShutdownHook(hook);
		}
		catch (IllegalStateException ex) {
			// the process is ending
		}
	}

	private void awaitRole(CompletableFuture<Void> joined) {
		long deadline = this.time.nanoTime() + this.properties.startTimeout().toNanos();
		while (true) {
			long remaining = deadline - this.time.nanoTime();
			if (remaining <= 0) {
				throw new JoinTimeoutException(this.coordinator.description(), this.properties.startTimeout(),
						lastError());
			}
			try {
				joined.get(Math.min(remaining, PROGRESS.toNanos()), TimeUnit.NANOSECONDS);
				return;
			}
			catch (TimeoutException ex) {
				logger.info("Waiting for {} and the first role, {} s more at most", this.coordinator.description(),
						Math.max(0, TimeUnit.NANOSECONDS.toSeconds(deadline - this.time.nanoTime())));
			}
			catch (ExecutionException ex) {
				throw (ex.getCause() instanceof CoordinationException cause) ? cause
						: new IllegalStateException("Cannot join", ex.getCause());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException("Interrupted while joining " + this.coordinator.description(), ex);
			}
		}
	}

	private @Nullable String lastError() {
		CoordinationException failure = this.engine.lastFailure();
		return (failure != null) ? failure.getMessage() : null;
	}

	/** Gives up the mastership and leaves; blocks for the stop timeout at most. */
	@Override
	public void stop() {
		this.stopped.countDown();
		this.probe.close();
		try {
			// the engine keeps to its own limit; this one is for a thread that does not
			// get to run
			this.engine.stop()
				.toCompletableFuture()
				.get(this.properties.stopTimeout().plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("Left without an orderly end; the session ends after {} at the latest",
					this.properties.session().ttl(), ex);
		}
		destroy();
		this.running = false;
	}

	@Override
	public void destroy() {
		this.probe.close();
		this.loop.shutdownNow();
		this.dispatcher.close();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Whoever pauses a context, as Spring's tests do with those they keep for later, does
	 * not want the instance to leave, nor another one to join in its place.
	 */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
