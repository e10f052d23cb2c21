package io.clustercontroller.job;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says where a guard could not hold, and the remedy.
 */
class InvalidMasterOnlyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidMasterOnlyException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidMasterOnlyException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.getRemedy(), cause);
	}

}
