package io.clustercontroller.coordination.etcd;

import java.util.concurrent.CompletionException;

import io.clustercontroller.coordination.CoordinationException;

/**
 * What a future has failed with, without its wrapping.
 */
final class Failures {

	private Failures() {
	}

	static Throwable unwrap(Throwable failure) {
		Throwable cause = failure;
		while (cause instanceof CompletionException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

	static CoordinationException of(Throwable failure) {
		Throwable cause = unwrap(failure);
		return (cause instanceof CoordinationException known) ? known
				: new CoordinationException(String.valueOf(cause.getMessage()), cause);
	}

}
