package io.clustercontroller.template;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Passes on what is wrong with which template, and the remedy.
 */
class TemplateFailureAnalyzer extends AbstractFailureAnalyzer<TemplateException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TemplateException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.getRemedy(), cause);
	}

}
