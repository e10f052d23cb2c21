package io.clustercontroller.engine;

import java.util.function.Supplier;

import org.springframework.context.SmartLifecycle;

/**
 * Watches the ports of the service while the context runs. Starts last of all that the
 * starter starts, so that nobody is active who still waits for what it depends on, and
 * stops first, so that a service that is being stopped is not missed.
 */
final class PortWatch implements SmartLifecycle {

	/** After the service process, which starts 128 before the default phase. */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 64;

	private final Supplier<ClusterInstance> instance;

	private volatile boolean running;

	PortWatch(Supplier<ClusterInstance> instance) {
		this.instance = instance;
	}

	@Override
	public void start() {
		this.instance.get().watchPorts();
		this.running = true;
	}

	@Override
	public void stop() {
		this.instance.get().ignorePorts();
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

}
