package io.clustercontroller.process;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

import io.clustercontroller.ClusterController;

/**
 * Something that has to be there before the service starts. Its text is the entry that
 * the user gave.
 */
sealed interface Dependency permits ServiceDependency, TcpDependency, HttpDependency {

	/**
	 * How long one look waits for a connection, and for an answer on it. How long a name
	 * takes to resolve cannot be limited.
	 */
	Duration LIMIT = Duration.ofSeconds(2);

	/**
	 * Look once, and resolve names anew, as far as the JVM does: for 10 s it remembers
	 * that there is no such name ({@code networkaddress.cache.negative.ttl}), and for 30
	 * s an address ({@code networkaddress.cache.ttl}). That is the user's to change, as
	 * it holds for the whole JVM.
	 * @param cluster what knows the other services
	 * @return why it is not there, as a clause, or empty if it is
	 */
	Optional<String> findMissing(ClusterController cluster) throws InterruptedException;

	static String reason(IOException failure) {
		if (failure instanceof UnknownHostException) {
			return "its name does not resolve";
		}
		if (failure instanceof SocketTimeoutException) {
			return "no answer within " + LIMIT.toSeconds() + " s";
		}
		return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
	}

}
