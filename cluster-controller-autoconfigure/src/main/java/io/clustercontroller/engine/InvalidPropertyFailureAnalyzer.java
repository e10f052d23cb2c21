package io.clustercontroller.engine;

import io.clustercontroller.InvalidPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Names the property, its value, where the value came from, what is wrong with it, and
 * the remedy. Ordered before Boot's own analyzers, which would report a failed binding.
 */
@Order(0)
class InvalidPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPropertyException> {

	private final @Nullable Environment environment;

	InvalidPropertyFailureAnalyzer(@Nullable Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidPropertyException cause) {
		GivenValue given = (this.environment instanceof ConfigurableEnvironment configurable)
				? GivenValue.of(cause.getProperty(), cause.getValue(), configurable)
				: new GivenValue(cause.getProperty(), cause.getValue(), null);
		return new FailureAnalysis(given.description() + ": " + cause.getReason() + ".", cause.getRemedy(), cause);
	}

}
