package io.clustercontroller.coordination.etcd;

import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.CoordinationRefusedException;
import io.clustercontroller.coordination.etcd.EtcdGateway.LeaseGoneException;
import io.etcd.jetcd.common.exception.EtcdException;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * What an error of jetcd or gRPC means. jetcd converts some and passes others on as they
 * are.
 */
final class EtcdErrors {

	private static final Pattern CONNECT_FAILURE = Pattern.compile(
			"(Connection refused|Unable to resolve host|No route to host|connection timed out)[^\\s,}]*( [^\\s,}]+)?");

	/** What only etcd says, and neither gRPC nor jetcd of themselves. */
	private static final Set<String> ANSWERS = Set.of("INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS",
			"PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
			"UNIMPLEMENTED");

	private EtcdErrors() {
	}

	/**
	 * @param username the user of the client, or {@code null} without one
	 */
	static CoordinationException translate(Throwable failure, @Nullable String username) {
		Throwable cause = Failures.unwrap(failure);
		if (cause instanceof CoordinationException known) {
			return known;
		}
		String message = messages(cause);
		String code = code(cause);
		if (code.equals("NOT_FOUND") && message.contains("lease not found")) {
			return new LeaseGoneException(cause);
		}
		if (message.contains("invalid user ID or password")) {
			return refused("etcd refuses the user '" + username + "' or its password",
					"Check ETCD_USERNAME and ETCD_PASSWORD (cluster-controller.etcd.username, .password).", cause);
		}
		if (message.contains("user name is empty")) {
			return refused("etcd asks for a user name and a password",
					"Set ETCD_USERNAME and ETCD_PASSWORD (cluster-controller.etcd.username, .password).", cause);
		}
		if (message.contains("authentication is not enabled")) {
			return refused("etcd has authentication switched off, but the user '" + username + "' is set",
					"Unset ETCD_USERNAME and ETCD_PASSWORD (cluster-controller.etcd.username, .password), "
							+ "or enable authentication in etcd.",
					cause);
		}
		if (code.equals("PERMISSION_DENIED")) {
			return refused("etcd denies the user '" + username + "' a right that it needs",
					"Give the user of cluster-controller.etcd.username the right to read and write all keys under "
							+ "/{cluster-controller.environment}/{cluster-controller.service}/.",
					cause);
		}
		if (code.equals("DEADLINE_EXCEEDED") || cause instanceof TimeoutException) {
			return new CoordinationException("etcd did not answer in time" + connectFailure(message), cause);
		}
		return new CoordinationException(code + ": " + cause.getMessage(), cause);
	}

	private static String code(Throwable failure) {
		return (failure instanceof EtcdException etcd) ? etcd.getErrorCode().name()
				: Status.fromThrowable(failure).getCode().name();
	}

	/** Whether it was etcd that answered, whatever it said. */
	static boolean isAnswer(Throwable failure, CoordinationException translated) {
		return translated instanceof LeaseGoneException || translated instanceof CoordinationRefusedException
				|| ANSWERS.contains(code(Failures.unwrap(failure)));
	}

	/** gRPC hides why it cannot connect in the middle of its own story. */
	private static String connectFailure(String messages) {
		Matcher matcher = CONNECT_FAILURE.matcher(messages);
		return matcher.find() ? " (" + matcher.group() + ")" : "";
	}

	private static CoordinationRefusedException refused(String message, String remedy, Throwable cause) {
		return new CoordinationRefusedException(message, remedy, cause);
	}

	private static String messages(Throwable failure) {
		StringBuilder messages = new StringBuilder();
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			messages.append(cause.getMessage()).append('\n');
		}
		return messages.toString();
	}

}
