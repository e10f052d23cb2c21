package io.clustercontroller.coordination;

import org.jspecify.annotations.Nullable;

/**
 * The coordinator refuses this application as it is set up: a wrong password, a missing
 * right, a folder that cannot be written. Trying again unchanged does not help.
 */
public class CoordinationRefusedException extends CoordinationException {

	private static final long serialVersionUID = 1L;

	private final String remedy;

	/**
	 * @param message what was refused
	 * @param remedy what the user can do, naming the property
	 * @param cause what the coordinator said
	 */
	public CoordinationRefusedException(String message, String remedy, @Nullable Throwable cause) {
		super(message, cause);
		this.remedy = remedy;
	}

	public String getRemedy() {
		return this.remedy;
	}

}
