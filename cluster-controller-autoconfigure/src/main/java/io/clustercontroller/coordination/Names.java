package io.clustercontroller.coordination;

/**
 * What the names of environments and services look like.
 */
public final class Names {

	private Names() {
	}

	/**
	 * Whether it consists of letters, digits, '.', '_' and '-', and begins with a letter
	 * or digit.
	 */
	public static boolean isValid(String name) {
		return name.matches("[A-Za-z0-9][A-Za-z0-9._-]*");
	}

}
