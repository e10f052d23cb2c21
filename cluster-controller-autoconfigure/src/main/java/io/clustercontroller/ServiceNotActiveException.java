package io.clustercontroller;

import java.time.Duration;

/**
 * A service had no active master in the time given.
 */
public class ServiceNotActiveException extends Exception {

	private static final long serialVersionUID = 1L;

	private final String service;

	private final String reason;

	/**
	 * @param environment the environment of the service
	 * @param service the service that was waited for
	 * @param waited how long it was waited for
	 * @param reason what was seen last, such as {@code it has no master}
	 */
	public ServiceNotActiveException(String environment, String service, Duration waited, String reason) {
		super("Service '%s' in '%s' has no active master after %d ms: %s".formatted(service, environment,
				waited.toMillis(), reason));
		this.service = service;
		this.reason = reason;
	}

	public String getService() {
		return this.service;
	}

	/** What was seen last, such as {@code it has no master}. */
	public String getReason() {
		return this.reason;
	}

}
