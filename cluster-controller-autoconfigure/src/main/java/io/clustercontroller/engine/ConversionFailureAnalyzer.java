package io.clustercontroller.engine;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.util.ClassUtils;

/**
 * Says what a property accepts whose text could not be read. Ordered before Boot's own
 * analyzer, which names Java types instead.
 */
@Order(0)
class ConversionFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("cluster-controller");

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
		ConfigurationProperty property = cause.getProperty();
		ConversionFailedException conversion = findCause(cause, ConversionFailedException.class);
		if (property == null || conversion == null || !PREFIX.isAncestorOf(property.getName())) {
			return null;
		}
		String accepted = accepted(cause.getTarget().getType());
		if (accepted == null) {
			return null;
		}
		GivenValue given = new GivenValue(property.getName().toString(), value(property, conversion),
				property.getOrigin());
		return new FailureAnalysis(given.description() + ": that is not " + accepted + ".",
				"Set " + given.whatToSet() + " to " + accepted + ".", cause);
	}

	/** The text as it was given, but with what its placeholders stand for. */
	private static String value(ConfigurationProperty property, ConversionFailedException conversion) {
		String text = property.getValue().toString();
		return text.contains("${") ? String.valueOf(conversion.getValue()) : text;
	}

	private static @Nullable String accepted(ResolvableType type) {
		Class<?> resolved = ClassUtils.resolvePrimitiveIfNecessary(type.resolve(Object.class));
		if (resolved.isEnum()) {
			return "one of " + Arrays.stream(resolved.getEnumConstants())
				.map((constant) -> "'" + ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-') + "'")
				.collect(Collectors.joining(", "));
		}
		if (resolved == Boolean.class) {
			return "'true' or 'false'";
		}
		if (resolved == Integer.class || resolved == Long.class) {
			return "a whole number";
		}
		if (resolved == Duration.class) {
			return "a duration such as 10s, 500ms or 2m";
		}
		if (Collection.class.isAssignableFrom(resolved)) {
			String element = accepted(type.asCollection().getGeneric());
			return (element != null) ? "a list divided by commas, each part " + element : null;
		}
		return null;
	}

}
