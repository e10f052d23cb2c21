package io.clustercontroller.template;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The environment as templates see it.
 */
final class Variables {

	private Variables() {
	}

	/**
	 * Each variable by its name, as a text, or as a list of texts without the blanks
	 * around them if there is a comma in it.
	 */
	static Map<String, Object> of(Map<String, ?> environment) {
		Map<String, Object> variables = new HashMap<>();
		environment.forEach((name, value) -> variables.put(name, value(value.toString())));
		return variables;
	}

	private static Object value(String text) {
		return text.contains(",") ? Arrays.stream(text.split(",", -1)).map(String::strip).toList() : text;
	}

}
