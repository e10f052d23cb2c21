package io.clustercontroller.coordination;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One named thread that owns what changes. An exception in a task is logged and ends that
 * task only; without this it would vanish in the task's future.
 */
public final class LoopThread extends ScheduledThreadPoolExecutor {

	private static final Logger logger = LoggerFactory.getLogger(LoopThread.class);

	/**
	 * @param name the thread's name
	 * @param daemon whether the process may end while it runs
	 */
	public LoopThread(String name, boolean daemon) {
		super(1, (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(daemon);
			return thread;
		});
		setRemoveOnCancelPolicy(true);
	}

	@Override
	protected void afterExecute(Runnable task, @Nullable Throwable failure) {
		if (task instanceof Future<?> future && future.isDone()) {
			try {
				future.get();
			}
			catch (CancellationException ex) {
				// somebody was no longer interested
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			catch (ExecutionException ex) {
				// the last tasks of a loop that ends may not plan others any more
				if (!(isShutdown() && ex.getCause() instanceof RejectedExecutionException)) {
					logger.error("A task has failed unexpectedly", ex.getCause());
				}
			}
		}
	}

}
