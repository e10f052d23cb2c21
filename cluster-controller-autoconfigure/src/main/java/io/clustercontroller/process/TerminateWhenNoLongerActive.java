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

	private final IntConsumer end;

	/**
	 * A process that has run for this long had its chance to answer: the ports would have
	 * been missed within 2 s of its start.
	 */
	private static final Duration STARTING = Duration.ofSeconds(10);

	private final LongSupplier process;

	private final Supplier<Duration> uptime;

	private volatile long activeProcess;

	/**
	 * @param process tells the service process by its pid, or 0 if there is none or it is
	 * being stopped
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
		// one that was restarted so fast that nobody has missed the ports was never seen
		// to
		// become active
		if (process != this.activeProcess && (process == 0 || this.uptime.get().compareTo(STARTING) < 0)) {
			logger.info("Port(s) {} do not answer while the service process is down or starting again", event.ports());
			return;
		}
		logger.error("Nothing answers on port(s) {} any more; this instance terminates", event.ports());
		this.end.accept(1);
	}

}
