package io.clustercontroller.engine;

import io.clustercontroller.coordination.CoordinationRefusedException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Passes on what the coordinator has refused, and the remedy.
 */
class CoordinationRefusedFailureAnalyzer extends AbstractFailureAnalyzer<CoordinationRefusedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, CoordinationRefusedException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.getRemedy(), cause);
	}

}
