package io.clustercontroller.engine;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what to check when the coordinator could not be reached.
 */
class JoinTimeoutFailureAnalyzer extends AbstractFailureAnalyzer<JoinTimeoutException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, JoinTimeoutException cause) {
		return new FailureAnalysis(cause.getMessage(), """
				Check that the coordinator is running and can be reached from here; with etcd, that ETCD_HOSTS and \
				ETCD_PORT ('cluster-controller.etcd.hosts' and '.port') name it. If it only takes longer to come up, \
				raise 'cluster-controller.start-timeout'.""", cause);
	}

}
