package io.clustercontroller.coordination;

import org.jspecify.annotations.Nullable;

/**
 * The coordinator could not do what it was asked, or it is not known whether it did.
 * Trying again may help.
 */
public class CoordinationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public CoordinationException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
