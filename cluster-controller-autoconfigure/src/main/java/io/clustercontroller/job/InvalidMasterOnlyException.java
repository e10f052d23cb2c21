package io.clustercontroller.job;

/**
 * {@link MasterOnly} stands where it cannot do what it says. Ends the start of the
 * application with a failure analysis.
 */
class InvalidMasterOnlyException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final String remedy;

	/**
	 * @param message what is wrong with which method of which bean, in whole sentences
	 * @param remedy what the user can do, in whole sentences
	 */
	InvalidMasterOnlyException(String message, String remedy) {
		super(message);
		this.remedy = remedy;
	}

	String getRemedy() {
		return this.remedy;
	}

}
