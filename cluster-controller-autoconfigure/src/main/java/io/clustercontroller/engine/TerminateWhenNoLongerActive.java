package io.clustercontroller.engine;

import io.clustercontroller.event.NoLongerActiveEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

/**
 * Ends the process when its service has stopped answering, so that whoever runs the
 * container starts it anew.
 */
final class TerminateWhenNoLongerActive {

	private static final Logger logger = LoggerFactory.getLogger(TerminateWhenNoLongerActive.class);

	private final ApplicationContext context;

	TerminateWhenNoLongerActive(ApplicationContext context) {
		this.context = context;
	}

	@EventListener
	@Order
	void terminate(NoLongerActiveEvent event) {
		logger.error("Nothing answers on port(s) {} any more; this instance terminates", event.ports());
		// not on this thread, whose end closing the context waits for; and no daemon,
		// which
		// would be gone before it has given the exit code
		Thread terminate = new Thread(() -> System.exit(SpringApplication.exit(this.context, () -> 1)),
				"cluster-terminate");
		terminate.setDaemon(false);
		terminate.start();
	}

}
