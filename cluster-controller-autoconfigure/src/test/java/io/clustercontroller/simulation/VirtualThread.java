package io.clustercontroller.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One thread of a {@link VirtualProcess}.
 */
public final class VirtualThread extends AbstractExecutorService implements ScheduledExecutorService {

	private final VirtualProcess process;

	/** What fell due while the thread did not run. */
	private final Deque<Runnable> overdue = new ArrayDeque<>();

	private long asleepUntil;

	private boolean down;

	VirtualThread(VirtualProcess process) {
		this.process = process;
	}

	/** Let this thread alone stand still. */
	public void stall(long nanos) {
		this.asleepUntil = this.process.time().now() + nanos;
		wakeIn(nanos);
	}

	void wakeIn(long nanos) {
		this.asleepUntil = Math.max(this.asleepUntil, this.process.time().now() + nanos);
		this.process.time().at(this.asleepUntil, this::catchUp);
	}

	private boolean runs() {
		return !this.process.isFrozen() && this.process.time().now() >= this.asleepUntil;
	}

	private void catchUp() {
		while (runs() && !this.overdue.isEmpty()) {
			fire(this.overdue.remove());
		}
	}

	private void due(Runnable task) {
		if (!runs() || !this.overdue.isEmpty()) {
			this.overdue.add(task);
		}
		else {
			fire(task);
		}
	}

	private void fire(Runnable task) {
		if (!this.process.isDead() && !this.down) {
			task.run();
		}
	}

	@Override
	public void execute(Runnable task) {
		if (this.down) {
			throw new RejectedExecutionException("shut down");
		}
		this.process.time().at(this.process.time().now(), () -> due(task));
	}

	@Override
	public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
		if (this.down) {
			throw new RejectedExecutionException("shut down");
		}
		Timer timer = new Timer(command, this.process.nanoTime() + Math.max(0, unit.toNanos(delay)));
		awaitTimer(timer);
		return timer;
	}

	/** The timer follows the monotonic clock of the process, which may stand still. */
	private void awaitTimer(Timer timer) {
		long remaining = timer.due - this.process.nanoTime();
		this.process.time().at(this.process.time().now() + Math.max(0, remaining), () -> {
			if (timer.isCancelled()) {
				return;
			}
			if (this.process.isFrozen() || timer.due - this.process.nanoTime() <= 0) {
				due(() -> fireTimer(timer));
			}
			else {
				awaitTimer(timer);
			}
		});
	}

	private void fireTimer(Timer timer) {
		if (timer.due - this.process.nanoTime() > 0) {
			awaitTimer(timer);
		}
		else {
			timer.run();
		}
	}

	@Override
	public void shutdown() {
		this.down = true;
	}

	@Override
	public List<Runnable> shutdownNow() {
		this.down = true;
		return List.of();
	}

	@Override
	public boolean isShutdown() {
		return this.down;
	}

	@Override
	public boolean isTerminated() {
		return this.down;
	}

	@Override
	public boolean awaitTermination(long timeout, TimeUnit unit) {
		return this.down;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
		return (ScheduledFuture<V>) schedule(() -> {
			try {
				callable.call();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}, delay, unit);
	}

	@Override
	public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
		throw new UnsupportedOperationException();
	}

	private final class Timer extends FutureTask<Object> implements ScheduledFuture<Object> {

		private final long due;

		Timer(Runnable command, long due) {
			super(() -> {
				command.run();
				return "";
			});
			this.due = due;
		}

		@Override
		protected void setException(Throwable failure) {
			throw new IllegalStateException("A timer has thrown", failure);
		}

		@Override
		public long getDelay(TimeUnit unit) {
			return unit.convert(this.due - VirtualThread.this.process.nanoTime(), TimeUnit.NANOSECONDS);
		}

		@Override
		public int compareTo(Delayed other) {
			return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
		}

	}

}
