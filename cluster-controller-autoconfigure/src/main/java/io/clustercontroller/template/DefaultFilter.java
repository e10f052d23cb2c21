package io.clustercontroller.template;

import java.util.Map;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.AdvancedFilter;
import com.hubspot.jinjava.util.ObjectTruthValue;
import org.jspecify.annotations.Nullable;

/**
 * The filter {@code default} as in Jinja2: for variables that are undefined, and with
 * {@code true} as second argument also for those that are empty.
 *
 * @param name the name in templates
 */
record DefaultFilter(String name) implements AdvancedFilter {

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public @Nullable Object filter(@Nullable Object value, JinjavaInterpreter interpreter, Object[] arguments,
			Map<String, Object> named) {
		Object replacement = (arguments.length > 0) ? arguments[0] : named.getOrDefault("default_value", "");
		Object emptyToo = (arguments.length > 1) ? arguments[1] : named.get("boolean");
		boolean replace = value == null || value instanceof Undefined
				|| (ObjectTruthValue.evaluate(emptyToo) && !ObjectTruthValue.evaluate(value));
		return replace ? replacement : value;
	}

}
