package io.clustercontroller.template;

import org.jspecify.annotations.Nullable;

/**
 * A template says something that cannot be rendered. On its way out of the engine it may
 * be wrapped in others.
 */
class RenderException extends RuntimeException {

	/** The reason where the engine has one that may quote a value. */
	static final String NOT_EVALUATED = "this cannot be evaluated";

	private static final long serialVersionUID = 1L;

	private final String template;

	private final int line;

	/**
	 * @param template the name of the included template, or an empty text for the one
	 * that is rendered
	 * @param line counted from 1
	 * @param reason what is wrong, as a clause that shows no value of a variable
	 */
	RenderException(String template, int line, String reason) {
		super(reason);
		this.template = template;
		this.line = line;
	}

	String getTemplate() {
		return this.template;
	}

	int getLine() {
		return this.line;
	}

	/** Find one among an exception and its causes. */
	static @Nullable RenderException in(@Nullable Throwable exception) {
		for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
			if (cause instanceof RenderException found) {
				return found;
			}
		}
		return null;
	}

}
