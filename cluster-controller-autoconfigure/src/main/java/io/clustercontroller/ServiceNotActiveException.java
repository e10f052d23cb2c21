package io.clustercontroller;

import java.time.Duration;

/**
 * A service had no active master in the time given.
 */
public class ServiceNotActiveException extends Exception {

	private static final long serialVersionUID = 1L;

	private final String service;

	/**
	 * @param service the service that was waited for
	 * @param waited how long it was waited for
	 * @param reason what was seen last, such as {@code it has no master}
	 */
	public ServiceNotActiveException(String service, Duration waited, String reason) {
		super("Service '" + service + "' has no active master after " + waited.toMillis() + " ms: " + reason);
		this.service = service;
	}

	public String getService() {
		return this.service;
	}

}
