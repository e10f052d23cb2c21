package io.clustercontroller.process;

import java.util.function.IntConsumer;

import io.clustercontroller.event.FilesystemLockLostEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

/**
 * Ends the instance when it has lost the lock of a folder, so that its service writes
 * there no more. Started anew, it waits for the lock.
 */
final class TerminateWhenFilesystemLockLost {

	private static final Logger logger = LoggerFactory.getLogger(TerminateWhenFilesystemLockLost.class);

	private final IntConsumer end;

	TerminateWhenFilesystemLockLost(IntConsumer end) {
		this.end = end;
	}

	@EventListener
	@Order
	void terminate(FilesystemLockLostEvent event) {
		logger.error("Without the lock of '{}' this instance terminates", event.folder());
		this.end.accept(1);
	}

}
