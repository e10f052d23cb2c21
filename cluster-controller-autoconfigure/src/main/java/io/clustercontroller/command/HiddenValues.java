package io.clustercontroller.command;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Takes the values of variables that seem to be secret out of what a command has printed.
 *
 * @param environment what the command sees
 */
public record HiddenValues(Map<String, String> environment) {

	/** Names of variables whose values are not to be seen, whatever a command prints. */
	private static final Pattern SECRET = Pattern.compile("PASSW|PASSPHRASE|SECRET|TOKEN|KEY|CREDENTIAL");

	public HiddenValues {
		environment = Map.copyOf(environment);
	}

	/** The line with asterisks in the place of each such value. */
	public String hide(String line) {
		String shown = line;
		for (Map.Entry<String, String> variable : this.environment.entrySet()) {
			if (!variable.getValue().isBlank() && SECRET.matcher(variable.getKey().toUpperCase(Locale.ROOT)).find()) {
				shown = shown.replace(variable.getValue(), "******");
			}
		}
		return shown;
	}

}
