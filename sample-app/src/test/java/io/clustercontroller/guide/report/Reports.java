package io.clustercontroller.guide.report;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Follows the role of the application.
 */
@Component
class Reports {

	private volatile boolean open;

	@EventListener
	void open(BecameMasterEvent event) {
		this.open = true;
	}

	@EventListener
	void close(BecameSlaveEvent event) {
		this.open = false;
	}

	boolean isOpen() {
		return this.open;
	}

}
