package io.clustercontroller.examples.redis;

import org.jspecify.annotations.Nullable;

/**
 * Nobody can say that a write will last. It may have been done, and may yet be lost:
 * look, or repeat it if it does no harm twice.
 */
public class NotAcknowledgedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public NotAcknowledgedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
