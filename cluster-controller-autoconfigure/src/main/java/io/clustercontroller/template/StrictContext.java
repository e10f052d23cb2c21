package io.clustercontroller.template;

import java.util.Map;
import java.util.Set;

import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import org.jspecify.annotations.Nullable;

/**
 * Refuses filters and tests that nobody knows, which the engine takes for nothing.
 */
final class StrictContext extends Context {

	StrictContext(Context library, Map<String, Object> variables, Map<Library, Set<String>> disabled) {
		super(library, variables, disabled);
	}

	@Override
	public Filter getFilter(String name) {
		return known(super.getFilter(name), "filter");
	}

	@Override
	public ExpTest getExpTest(String name) {
		return known(super.getExpTest(name), "test");
	}

	private static <T> T known(@Nullable T found, String kind) {
		if (found == null) {
			throw StrictInterpreter.failure("there is no such " + kind);
		}
		return found;
	}

}
