package io.clustercontroller.template;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import org.jspecify.annotations.Nullable;

/**
 * The tests {@code defined} and {@code undefined} of Jinja2.
 *
 * @param name the name in templates
 * @param wanted the answer for a variable that is there
 */
record DefinedTest(String name, boolean wanted) implements ExpTest {

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public boolean evaluate(@Nullable Object value, JinjavaInterpreter interpreter, Object... arguments) {
		boolean defined = value != null && !(value instanceof Undefined);
		return defined == this.wanted;
	}

}
