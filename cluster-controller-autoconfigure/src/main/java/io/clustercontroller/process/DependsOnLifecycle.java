package io.clustercontroller.process;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

import io.clustercontroller.ClusterController;
import io.clustercontroller.coordination.InterruptOnShutdown;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.process.DependsOnProperties.TimeoutAction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Holds the start of the application back until everything it depends on is there.
 */
final class DependsOnLifecycle implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(DependsOnLifecycle.class);

	/**
	 * After the instance has joined, 512 before the default phase, so that others see it
	 * while it waits; before the templates, 256, and the service, 128, which may need
	 * what it waits for.
	 */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 384;

	private final DependsOnProperties properties;

	private final List<Dependency> dependencies;

	private final ClusterController cluster;

	private final TimeSource time;

	/** The last wait, until it is stopped. */
	private volatile @Nullable DependencyWait wait;

	DependsOnLifecycle(DependsOnProperties properties, ClusterController cluster, TimeSource time) {
		this.properties = properties;
		this.dependencies = properties.dependenciesOf(cluster.self());
		this.cluster = cluster;
		this.time = time;
	}

	@Override
	public void start() {
		DependencyWait wait = new DependencyWait(this.dependencies, this.properties.dependsOnTimeout(), this.cluster,
				this.time);
		this.wait = wait;
		if (!this.dependencies.isEmpty()) {
			await(wait);
		}
	}

	@SuppressWarnings("try")
	private void await(DependencyWait wait) {
		try (InterruptOnShutdown abort = new InterruptOnShutdown()) {
			String missing = wait.await();
			if (missing.isEmpty()) {
				logger.info("All that is depended on is there after {} s: {}",
						String.format(Locale.ROOT, "%.1f", wait.elapsed().toMillis() / 1000.0), describe());
			}
			else if (this.properties.dependsOnTimeoutAction() == TimeoutAction.CONTINUE) {
				logger.warn("Not there after {}: {}; going on without, as '{}' says", this.properties.timeoutText(),
						missing, DependsOnProperties.TIMEOUT_ACTION);
			}
			else {
				throw new DependsOnTimeoutException(this.properties.timeoutText(), missing);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for " + describe(), ex);
		}
		catch (CancellationException ex) {
			throw new IllegalStateException("Stopped while waiting for " + describe(), ex);
		}
	}

	private String describe() {
		return this.dependencies.stream().map((dependency) -> "'" + dependency + "'").collect(Collectors.joining(", "));
	}

	/** Ends a wait that is under way on another thread. */
	@Override
	public void stop() {
		DependencyWait wait = this.wait;
		if (wait != null) {
			wait.cancel();
		}
		this.wait = null;
	}

	@Override
	public boolean isRunning() {
		return this.wait != null;
	}

	/** The instance does not leave when its context is paused, so nobody waits anew. */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
