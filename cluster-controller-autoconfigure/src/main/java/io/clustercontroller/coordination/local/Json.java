package io.clustercontroller.coordination.local;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParser;
import org.springframework.boot.json.JsonParserFactory;

/**
 * Reads flat JSON with whichever parser Boot finds: they differ in how they tell numbers
 * and truth values.
 */
final class Json {

	/** Looking for the best one, and making it, takes far longer than to read a file. */
	private static final JsonParser PARSER = JsonParserFactory.getJsonParser();

	private Json() {
	}

	static Map<String, Object> parse(String text) {
		try {
			return PARSER.parseMap(text);
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("not JSON", ex);
		}
	}

	static @Nullable String text(Map<String, Object> fields, String name) {
		Object value = fields.get(name);
		if (value == null || value instanceof String) {
			return (String) value;
		}
		throw new IllegalArgumentException("'" + name + "' is not a text");
	}

	static long number(Map<String, Object> fields, String name) {
		if (fields.get(name) instanceof Number number) {
			return number.longValue();
		}
		throw new IllegalArgumentException("'" + name + "' is not a number");
	}

	static boolean flag(Map<String, Object> fields, String name) {
		return "true".equals(String.valueOf(fields.get(name)));
	}

}
