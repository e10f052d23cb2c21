package io.clustercontroller.job;

import java.util.concurrent.TimeUnit;

import io.clustercontroller.Role;
import org.jspecify.annotations.Nullable;

/**
 * One call that the guard has let in, on the thread that made it. It is interrupted only
 * between {@link #begin} and {@link #end}, and leaves no interrupt behind.
 * <p>
 * Calls within calls share one monitor, so that what is meant for the outer one is not
 * taken away by the inner one.
 */
final class Run {

	private static final ThreadLocal<@Nullable Run> CURRENT = new ThreadLocal<>();

	private final Guard guard;

	private final Role role;

	private final long token;

	private final boolean interruptible;

	private final Thread thread = Thread.currentThread();

	private final @Nullable Run outer = CURRENT.get();

	private final Object monitor = (this.outer != null) ? this.outer.monitor : this;

	private boolean working;

	private boolean cancelled;

	private boolean interrupted;

	private boolean over;

	/**
	 * @param token the fencing token of the mastership, or 0 for a slave
	 * @param interruptible whether the end of the role interrupts it
	 */
	Run(Guard guard, Role role, long token, boolean interruptible) {
		this.guard = guard;
		this.role = role;
		this.token = token;
		this.interruptible = interruptible;
	}

	/** The innermost run of this thread, or {@code null} if it is in none. */
	static @Nullable Run current() {
		return CURRENT.get();
	}

	Role role() {
		return this.role;
	}

	long token() {
		return this.token;
	}

	boolean isInterruptible() {
		return this.interruptible;
	}

	/** Whether it began as master's work and that mastership still lasts. */
	boolean isByMaster() {
		return this.role == Role.MASTER && this.guard.isOpenFor(this);
	}

	/**
	 * Begin the work, unless the role has ended.
	 * @return whether the work may begin
	 */
	boolean begin() {
		synchronized (this.monitor) {
			this.working = !this.cancelled && this.guard.isOpenFor(this);
		}
		if (this.working) {
			CURRENT.set(this);
		}
		return this.working;
	}

	/** The work has ended; from now on nothing interrupts the thread. */
	void end() {
		synchronized (this.monitor) {
			if (!this.working) {
				return;
			}
			this.working = false;
			if (this.interrupted && (this.outer == null || !this.outer.interrupted)) {
				// what was meant for the work must not hit what the thread does next
				Thread.interrupted();
			}
		}
		if (this.outer != null) {
			CURRENT.set(this.outer);
		}
		else {
			CURRENT.remove();
		}
	}

	/** End the work by an interrupt, or keep it from beginning. */
	void interrupt() {
		synchronized (this.monitor) {
			this.cancelled = true;
			if (this.working && !this.interrupted) {
				this.interrupted = true;
				this.thread.interrupt();
			}
		}
	}

	/** Whether the end of its role has interrupted it. */
	boolean wasInterrupted() {
		synchronized (this.monitor) {
			return this.interrupted;
		}
	}

	/** All that belongs to it is done. */
	void leave() {
		synchronized (this.monitor) {
			this.over = true;
			this.monitor.notifyAll();
		}
	}

	/**
	 * Wait until all that belongs to it is done.
	 * @return whether it is
	 */
	boolean awaitEnd(long nanos) throws InterruptedException {
		long remaining = nanos;
		synchronized (this.monitor) {
			while (!this.over && remaining > 0) {
				long begun = this.guard.nanoTime();
				TimeUnit.NANOSECONDS.timedWait(this.monitor, Math.max(remaining, TimeUnit.MILLISECONDS.toNanos(1)));
				remaining -= this.guard.nanoTime() - begun;
			}
			return this.over;
		}
	}

}
