package io.clustercontroller.job;

/**
 * Something was not done because this instance does not have the role for it.
 */
public class NotMasterException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	public NotMasterException(String message) {
		super(message);
	}

}
