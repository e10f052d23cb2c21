package io.clustercontroller;

import org.jspecify.annotations.Nullable;

/**
 * A property has a value that cannot be used, contradicts another one, or is missing.
 * Ends the start of the application with a failure analysis that names the property, the
 * value, where it came from, and the remedy.
 */
public class InvalidPropertyException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private final String property;

	private final @Nullable String value;

	private final String reason;

	private final String remedy;

	/**
	 * @param property the full name, such as {@code cluster-controller.session.ttl}
	 * @param value the value as users may see it, so never a secret; {@code null} if the
	 * property is not set
	 * @param reason what is wrong, as a clause to follow a colon, without a full stop
	 * @param remedy what the user can do, in whole sentences
	 */
	public InvalidPropertyException(String property, @Nullable Object value, String reason, String remedy) {
		super("'" + property + "' " + ((value != null) ? "has the value '" + value + "'" : "is not set") + ": "
				+ reason);
		this.property = property;
		this.value = (value != null) ? value.toString() : null;
		this.reason = reason;
		this.remedy = remedy;
	}

	public String getProperty() {
		return this.property;
	}

	public @Nullable String getValue() {
		return this.value;
	}

	public String getReason() {
		return this.reason;
	}

	public String getRemedy() {
		return this.remedy;
	}

}
