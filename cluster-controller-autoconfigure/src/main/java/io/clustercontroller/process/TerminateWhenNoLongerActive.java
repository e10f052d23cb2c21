package io.clustercontroller.process;

import java.util.function.LongSupplier;

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

	private final ApplicationEnd end;

	private final LongSupplier process;

	private volatile long activeProcess;

	/**
	 * @param process tells the service process by its pid, or 0 if there is none or it is
	 * being stopped
	 */
	TerminateWhenNoLongerActive(ApplicationEnd end, LongSupplier process) {
		this.end = end;
		this.process = process;
	}

	@EventListener
	void remember(BecameActiveEvent event) {
		this.activeProcess = this.process.getAsLong();
	}

	@EventListener
	@Order
	void terminate(NoLongerActiveEvent event) {
		if (this.process.getAsLong() != this.activeProcess) {
			logger.info("Port(s) {} do not answer while the service process is down or starting again", event.ports());
			return;
		}
		logger.error("Nothing answers on port(s) {} any more; this instance terminates", event.ports());
		this.end.begin(1);
	}

}
