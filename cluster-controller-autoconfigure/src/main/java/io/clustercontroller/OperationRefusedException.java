package io.clustercontroller;

/**
 * Something asked of the cluster was refused; its message says why. Nothing has changed.
 */
public class OperationRefusedException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	public OperationRefusedException(String message) {
		super(message);
	}

}
