package io.clustercontroller.job;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import io.clustercontroller.ClusterTimings;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.event.StoppingEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Ends the work that is under way when its role ends: interrupts first, before any other
 * listener, and waits last, just before the supervised service hears of it. An orderly
 * change of role waits for its listeners, and so for the work.
 */
final class GuardWatch implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(GuardWatch.class);

	private static final int WAIT_ORDER = Ordered.LOWEST_PRECEDENCE - 1;

	private final Guard guard;

	private final ClusterTimings timings;

	private final TimeSource time;

	private final ApplicationContext context;

	/** Interrupts what is late; has no thread before the end. */
	private final LoopThread end = new LoopThread("cluster-jobs-end", true);

	GuardWatch(Guard guard, ClusterTimings timings, TimeSource time, ApplicationContext context) {
		this.guard = guard;
		this.timings = timings;
		this.time = time;
		this.context = context;
	}

	@EventListener
	@Order(Ordered.HIGHEST_PRECEDENCE)
	void interrupt(BecameSlaveEvent event) {
		this.guard.interrupt(mastersWork(event).and(Run::isInterruptible));
	}

	/** Nobody can be made to wait where the session is lost. */
	@EventListener
	@Order(WAIT_ORDER)
	void await(BecameSlaveEvent event) {
		if (event.cause() != RoleChangeCause.STARTED && event.cause() != RoleChangeCause.SESSION_LOST) {
			await(mastersWork(event), this.time.remaining(event.at(), this.timings.workLimit()));
		}
	}

	/** The event may be late, and the next mastership may have begun its work. */
	private static Predicate<Run> mastersWork(BecameSlaveEvent event) {
		return (run) -> run.role() == Role.MASTER && run.token() <= event.fencingToken();
	}

	@EventListener
	@Order(Ordered.HIGHEST_PRECEDENCE)
	void interrupt(BecameMasterEvent event) {
		this.guard.interrupt((run) -> isSlavesWork(run) && run.isInterruptible() && !this.guard.isOpen(Role.SLAVE));
	}

	@EventListener
	@Order(Ordered.HIGHEST_PRECEDENCE)
	void interrupt(StoppingEvent event) {
		this.guard.interrupt((run) -> isSlavesWork(run) && run.isInterruptible());
	}

	@EventListener
	@Order(WAIT_ORDER)
	void await(StoppingEvent event) {
		await(GuardWatch::isSlavesWork, this.time.remaining(event.at(), event.limit()));
	}

	/**
	 * Schedulers of the application wait for their tasks before the cluster is left, and
	 * know nothing of its limit.
	 */
	@EventListener
	void interrupt(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.guard.interrupt(Run::isInterruptible);
			this.end.schedule(() -> this.guard.interrupt((run) -> true), this.timings.workLimit().toMillis(),
					TimeUnit.MILLISECONDS);
		}
	}

	/** Nothing is let run on when the application is gone. */
	@Override
	public void close() {
		this.end.shutdownNow();
		this.guard.interrupt((run) -> true);
	}

	private static boolean isSlavesWork(Run run) {
		return run.role() == Role.SLAVE;
	}

	private void await(Predicate<Run> which, Duration limit) {
		try {
			if (!this.guard.awaitEnd(which, limit)) {
				logger.warn("Work of a role that has ended still runs after {} ms; the cluster does not wait longer",
						limit.toMillis());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
