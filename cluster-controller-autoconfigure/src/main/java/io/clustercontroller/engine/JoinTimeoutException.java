package io.clustercontroller.engine;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * The instance could not join its service in the time given, so that it does not start.
 */
class JoinTimeoutException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * @param coordinator what was to be joined, as the coordinator describes itself
	 * @param timeout how long it was tried
	 * @param lastError what went wrong last, or {@code null} if there was just no answer
	 */
	JoinTimeoutException(String coordinator, Duration timeout, @Nullable String lastError) {
		super("Could not join " + coordinator + " within "
				+ DurationFormatterUtils.print(timeout, DurationFormat.Style.COMPOSITE) + "; "
				+ ((lastError != null) ? "last error: " + lastError : "there was no answer") + ".");
	}

}
