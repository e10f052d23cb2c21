package io.clustercontroller.command;

import org.jspecify.annotations.Nullable;

/**
 * A command cannot be run.
 */
public class CommandException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String remedy;

	/**
	 * @param message what is wrong with which command, as a clause without a full stop
	 * @param remedy what the user can do, in whole sentences
	 */
	public CommandException(String message, String remedy, @Nullable Throwable cause) {
		super(message, cause);
		this.remedy = remedy;
	}

	public String getRemedy() {
		return this.remedy;
	}

}
