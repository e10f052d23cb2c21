package io.clustercontroller.template;

import org.jspecify.annotations.Nullable;

/**
 * A configuration file could not be rendered or published, so that the application does
 * not start. Says nothing of the values of variables, which may be secrets.
 */
class TemplateException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String remedy;

	/**
	 * @param message what is wrong with which file, in whole sentences
	 * @param remedy what the user can do, in whole sentences
	 */
	TemplateException(String message, String remedy, @Nullable Throwable cause) {
		super(message, cause);
		this.remedy = remedy;
	}

	String getRemedy() {
		return this.remedy;
	}

}
