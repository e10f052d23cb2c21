package io.clustercontroller.process;

/**
 * Something that is depended on was not there in time, so that the application does not
 * start.
 */
class DependsOnTimeoutException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * @param timeout how long it was waited
	 * @param missing what is missing, each with the last reason
	 */
	DependsOnTimeoutException(String timeout, String missing) {
		super("Not there after " + timeout + ": " + missing + ".");
	}

}
