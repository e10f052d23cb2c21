package io.clustercontroller.coordination.etcd;

import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.CoordinationRefusedException;
import io.clustercontroller.coordination.etcd.EtcdGateway.LeaseGoneException;
import io.clustercontroller.coordination.etcd.TlsErrors.TlsRefusedException;
import io.etcd.jetcd.common.exception.EtcdException;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * What an error of jetcd or gRPC means. jetcd converts some and passes others on as they
 * are.
 *
 * @param username whom the client logs in as, or {@code null}
 * @param tls how TLS fails
 */
record EtcdErrors(@Nullable String username, TlsErrors tls) {

	private static final Pattern CONNECT_FAILURE = Pattern.compile(
			"(Connection refused|Unable to resolve host|No route to host|connection timed out)[^\\s,}]*( [^\\s,}]+)?");

	/** What only etcd says, and neither gRPC nor jetcd of themselves. */
	private static final Set<String> ANSWERS = Set.of("INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS",
			"PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
			"UNIMPLEMENTED");

	/** Of a client that is connected so. */
	static EtcdErrors of(EtcdConnectionDetails connection) {
		return new EtcdErrors(connection.getUsername(), TlsErrors.of(connection.getSslBundle()));
	}

	/**
	 * @param answered whether etcd has ever answered this client
	 */
	CoordinationException translate(Throwable failure, boolean answered) {
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
			return refused("etcd refuses the user '" + this.username + "' or its password",
					"Check ETCD_USERNAME and ETCD_PASSWORD (cluster-controller.etcd.username, .password), "
							+ "or ETCD_PASSWORD_FILE (.password-file).",
					cause);
		}
		if (message.contains("user name is empty")) {
			return refused("etcd asks for a user name and a password",
					"Set ETCD_USERNAME and ETCD_PASSWORD (cluster-controller.etcd.username, .password).", cause);
		}
		if (message.contains("authentication is not enabled")) {
			return refused("etcd has authentication switched off, but the user '" + this.username + "' is set",
					"Unset ETCD_USERNAME and ETCD_PASSWORD (cluster-controller.etcd.username, .password), "
							+ "or enable authentication in etcd.",
					cause);
		}
		if (code.equals("PERMISSION_DENIED")) {
			return refused("etcd denies the user '" + this.username + "' a right that it needs",
					"Give the user of cluster-controller.etcd.username the right to read and write all keys under "
							+ "/{cluster-controller.environment}/{cluster-controller.service}/, and to read those of other "
							+ "services that it asks about.",
					cause);
		}
		CoordinationException handshake = this.tls.find(message, cause, answered);
		if (handshake != null) {
			return handshake;
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
		return translated instanceof LeaseGoneException
				|| (translated instanceof CoordinationRefusedException && !(translated instanceof TlsRefusedException))
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

	/** The chain of causes. What gRPC tells of its own is text, with names of classes. */
	private static String messages(Throwable failure) {
		StringBuilder messages = new StringBuilder();
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			messages.append(cause).append('\n');
		}
		return messages.toString();
	}

}
