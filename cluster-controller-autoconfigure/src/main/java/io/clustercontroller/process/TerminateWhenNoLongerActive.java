package io.clustercontroller.process;

import java.time.Duration;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.clustercontroller.event.BecameActiveEvent;
import io.clustercontroller.event.NoLongerActiveEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

/**
 * Ends the instance when its service has stopped answering, so that whoever runs the
 * container starts it anew. A service process that was stopped or restarted by its
 * controller, or has ended, is not one that has stopped answering.
 */
final class TerminateWhenNoLongerActive {

	private static final Logger logger = LoggerFactory.getLogger(TerminateWhenNoLongerActive.class);

	/**
	 * A process that has run for this long had its chance to answer: the ports would have
	 * been missed within 2 s of its start.
	 */
	private static final Duration STARTING = Duration.ofSeconds(10);

	/** What the supplier of the process says where none is supervised. */
	static final long UNSUPERVISED = -1;

	private final IntConsumer end;

	private final LongSupplier process;

	private final Supplier<Duration> uptime;

	private volatile long activeProcess;

	/**
	 * @param process tells the service process by its pid, or 0 while it is down or being
	 * stopped, or {@link #UNSUPERVISED}
	 * @param uptime how long that process has been running
	 */
	TerminateWhenNoLongerActive(IntConsumer end, LongSupplier process, Supplier<Duration> uptime) {
		this.end = end;
		this.process = process;
		this.uptime = uptime;
	}

	@EventListener
	void remember(BecameActiveEvent event) {
		this.activeProcess = this.process.getAsLong();
	}

	@EventListener
	@Order
	void terminate(NoLongerActiveEvent event) {
		long process = this.process.getAsLong();
		if (process == 0 || isStarting(process)) {
			logger.info("Port(s) {} do not answer while the service process is down or starting again", event.ports());
			return;
		}
		logger.error("Nothing answers on port(s) {} any more; this instance terminates", event.ports());
		this.end.accept(1);
	}

	/** One that was restarted before its ports were missed was not seen active. */
	private boolean isStarting(long process) {
		return process != this.activeProcess && process != UNSUPERVISED && this.uptime.get().compareTo(STARTING) < 0;
	}

}
