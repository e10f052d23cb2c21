package io.clustercontroller.template;

import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import jinjava.javax.el.CompositeELResolver;
import jinjava.javax.el.ELContext;
import org.jspecify.annotations.Nullable;

/**
 * Takes elements that a list or a map does not have for undefined, where the engine would
 * print nothing.
 */
final class StrictResolver extends CompositeELResolver {

	StrictResolver() {
		add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
	}

	@Override
	public Object getValue(ELContext context, @Nullable Object base, Object property) {
		Object value = super.getValue(context, base, property);
		return (value != null || !context.isPropertyResolved()) ? value
				: new Undefined(StrictInterpreter.failure("there is no such element"));
	}

}
