package io.clustercontroller.process;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what to check when something that is depended on was not there in time.
 */
class DependsOnTimeoutFailureAnalyzer extends AbstractFailureAnalyzer<DependsOnTimeoutException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DependsOnTimeoutException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"""
						Check that what is missing runs and can be reached from here, and that '%s' names it rightly. If it only \
						takes longer to come up, raise '%s'; to start without it, set '%s' to 'continue'."""
					.formatted(DependsOnProperties.DEPENDS_ON, DependsOnProperties.TIMEOUT,
							DependsOnProperties.TIMEOUT_ACTION),
				cause);
	}

}
