package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the same work at regular intervals, and sooner when woken. Trouble is logged when
 * it begins, and the work goes on.
 */
final class Turns {

	static final Duration INTERVAL = Duration.ofMillis(100);

	/** The interval while somebody is waiting for an answer. */
	static final Duration SHORT_INTERVAL = Duration.ofMillis(20);

	private static final Logger log = LoggerFactory.getLogger(Turns.class);

	private final LocalThread thread;

	private final FileWork<Boolean> work;

	private final AtomicBoolean woken = new AtomicBoolean();

	private @Nullable Future<?> regular;

	private boolean hurried;

	private boolean troubled;

	/**
	 * @param work returns whether the next turn should come sooner
	 */
	Turns(LocalThread thread, FileWork<Boolean> work) {
		this.thread = thread;
		this.work = work;
	}

	void start() {
		this.regular = this.thread.every(INTERVAL, this::turn);
	}

	void stop() {
		if (this.regular != null) {
			this.regular.cancel(false);
			this.regular = null;
		}
	}

	/** Have a turn soon. May be called from any thread. */
	void wake() {
		if (this.woken.compareAndSet(false, true)) {
			this.thread.run(new CompletableFuture<>(), () -> {
				this.woken.set(false);
				turn();
			});
		}
	}

	private void turn() {
		if (this.regular == null) {
			return;
		}
		try {
			if (this.work.run()) {
				hurry();
			}
			this.troubled = false;
		}
		catch (IOException | RuntimeException ex) {
			// The work may have failed because it stopped the turns.
			if (this.regular != null && !this.troubled) {
				log.warn("Cannot see who is in the cluster, trying again every {} ms", INTERVAL.toMillis(), ex);
				this.troubled = true;
			}
		}
	}

	private void hurry() {
		if (!this.hurried) {
			this.hurried = true;
			this.thread.after(SHORT_INTERVAL, () -> {
				this.hurried = false;
				turn();
			});
		}
	}

}
