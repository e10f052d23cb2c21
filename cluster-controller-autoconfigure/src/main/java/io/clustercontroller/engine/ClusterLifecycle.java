package io.clustercontroller.engine;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.EngineHeartbeat;
import io.clustercontroller.coordination.InstanceLocks;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.ClusterEvents;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * The life of this instance within that of the application context: joins when the web
 * server is up, leaves before it goes down. A context that is stopped and started again
 * joins as a new instance.
 */
final class ClusterLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent>, DisposableBean {

	/**
	 * After the web server, which starts 2048 before the default phase, and before what
	 * the application starts in the default phase and stops before the mastership is
	 * given up.
	 */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 512;

	private final ClusterProperties properties;

	private final Coordinator coordinator;

	private final ApplicationContext context;

	private volatile ClusterInstance instance;

	private volatile boolean running;

	ClusterLifecycle(ClusterProperties properties, Coordinator coordinator, ApplicationContext context) {
		this.properties = properties;
		this.coordinator = coordinator;
		this.context = context;
		this.instance = newInstance();
	}

	private ClusterInstance newInstance() {
		return new ClusterInstance(this.properties, this.coordinator, this.context, TimeSource.SYSTEM);
	}

	ClusterController controller() {
		return new EngineClusterController(() -> this.instance, this.coordinator, TimeSource.SYSTEM);
	}

	ClusterOperations operations() {
		ServicePause pause = new ServicePause(
				this.coordinator.records(this.properties.environment(), this.properties.service()),
				this.properties.containerName(), TimeSource.SYSTEM);
		return new EngineClusterOperations(() -> this.instance.engine(), pause, this.properties.stopTimeout());
	}

	InstanceLocks locks() {
		return new EngineInstanceLocks(() -> this.instance.engine(), this.coordinator, TimeSource.SYSTEM);
	}

	EngineHeartbeat heartbeat() {
		return () -> this.instance.silence();
	}

	ClusterEvents events() {
		return (event) -> this.instance.publish(event);
	}

	/** What watches the ports of the service, from when all that opens them has begun. */
	PortWatch portWatch() {
		return new PortWatch(() -> this.instance);
	}

	@Override
	public void start() {
		if (this.instance.isOver()) {
			this.instance = newInstance();
		}
		this.running = true;
		this.instance.start();
	}

	/**
	 * The stop timeout counts from here: beans of the application may stop before this
	 * one.
	 */
	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context && this.running) {
			this.instance.announceStop();
		}
	}

	/** Gives up the mastership and leaves; blocks for the stop timeout at most. */
	@Override
	public void stop() {
		try {
			this.instance.stop();
		}
		finally {
			this.running = false;
		}
	}

	@Override
	public void destroy() {
		this.instance.close();
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
