package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterObserver;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.InterruptOnShutdown;
import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.RecordListener;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationContext;

/**
 * One instance of the service, from its start to its stop: the engine and its threads.
 * <p>
 * The start waits for the first role, so that an application that is up knows its own.
 * The engine's thread is no daemon: it keeps a process alive that has no web server.
 */
final class ClusterInstance implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ClusterInstance.class);

	/** How often a start that has to wait says so. */
	private static final Duration PROGRESS = Duration.ofSeconds(5);

	private final ClusterProperties properties;

	private final Coordinator coordinator;

	private final ApplicationContext context;

	private final TimeSource time;

	private final LoopThread loop = new LoopThread("cluster-engine", false);

	private final LoopHeartbeat heartbeat;

	private final ClusterObserver observer;

	private final EventDispatcher dispatcher;

	private final Engine engine;

	private final PortProbe probe;

	private final CountDownLatch stopped = new CountDownLatch(1);

	private volatile List<RecordListener> recordListeners = List.of();

	ClusterInstance(ClusterProperties properties, Coordinator coordinator, ApplicationContext context,
			TimeSource time) {
		this.properties = properties;
		this.coordinator = coordinator;
		this.context = context;
		this.time = time;
		this.heartbeat = new LoopHeartbeat(this.loop, time);
		this.observer = context.getBeanProvider(ClusterObserver.class).getIfAvailable(() -> ClusterObserver.NONE);
		this.dispatcher = new EventDispatcher(context);
		this.engine = new Engine(newMember(), properties.timings(), properties.election().candidacy(), coordinator,
				this::publish, this::recordWritten, this.observer, this.loop, time, new Random());
		this.probe = new PortProbe(properties.portsWhenActive(), this.engine::reportPorts);
	}

	private Member newMember() {
		String container = this.properties.containerName();
		String name = container.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-").replaceAll("^[.-]+", "");
		String id = (name.isEmpty() ? "instance" : name) + "-" + UUID.randomUUID().toString().substring(0, 8);
		return new Member(id, container, this.properties.environment(), this.properties.service(), Role.SLAVE,
				MemberState.STARTED, this.properties.portsWhenActive(), this.properties.election().priority(),
				Instant.ofEpochMilli(this.time.wallMillis()), this.properties.metadata());
	}

	Engine engine() {
		return this.engine;
	}

	/** How long the loop has owed an answer. One that has ended owes none. */
	Duration silence() {
		return isOver() ? Duration.ZERO : this.heartbeat.silence();
	}

	/** Opened when this instance stops; ends every wait. */
	CountDownLatch stopped() {
		return this.stopped;
	}

	boolean isOver() {
		return this.loop.isShutdown();
	}

	/** Join, and wait for the first role. */
	@SuppressWarnings("try")
	void start() {
		StructuredLogFields.begin(this.engine);
		this.recordListeners = this.context.getBeanProvider(RecordListener.class).orderedStream().toList();
		try (InterruptOnShutdown abort = new InterruptOnShutdown()) {
			awaitRole(this.engine.start());
		}
		catch (RuntimeException ex) {
			stop();
			throw ex;
		}
	}

	/**
	 * Become active when the ports answer, or at once where there are none.
	 */
	void watchPorts() {
		if (this.properties.portsWhenActive().isEmpty()) {
			this.engine.reportPorts(List.of());
		}
		else {
			this.probe.start();
		}
	}

	void ignorePorts() {
		this.probe.close();
	}

	CompletionStage<?> publish(Object event) {
		long published = this.time.nanoTime();
		return this.dispatcher.publish(event)
			.thenRun(() -> this.observer.heard(Duration.ofNanos(this.time.nanoTime() - published)));
	}

	private void recordWritten(String name, long version) {
		for (RecordListener listener : this.recordListeners) {
			listener.recordWritten(name, version);
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

	void announceStop() {
		if (!isOver()) {
			this.engine.announceStop();
		}
	}

	/**
	 * Give up the mastership and leave; an interrupt does not keep this from being done.
	 * A start that is stopped from elsewhere stops from its own thread as well; who comes
	 * second waits for the first, and for nothing more.
	 */
	synchronized void stop() {
		this.stopped.countDown();
		this.probe.close();
		if (!isOver()) {
			awaitEnd(this.engine.stop().toCompletableFuture());
		}
		close();
	}

	private void awaitEnd(CompletableFuture<Void> end) {
		// the engine keeps to its own limit; this one is for a thread that does not run
		long deadline = this.time.nanoTime() + this.properties.stopTimeout().plusSeconds(1).toNanos();
		boolean interrupted = false;
		while (!end.isDone()) {
			try {
				end.get(deadline - this.time.nanoTime(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
			catch (ExecutionException | TimeoutException ex) {
				logger.warn("Left without an orderly end; the session ends after {} s at the latest",
						this.properties.session().ttl().toSeconds(), ex);
				break;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/** End all threads. */
	@Override
	public void close() {
		this.probe.close();
		this.loop.shutdownNow();
		this.dispatcher.close();
		StructuredLogFields.end(this.engine);
	}

}
