package io.clustercontroller.process;

import java.time.Duration;
import java.util.Optional;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Member;
import io.clustercontroller.ServiceNotActiveException;
import org.jspecify.annotations.Nullable;

/**
 * A service that has to have an active master.
 *
 * @param environment its environment, or {@code null} for the one of this instance
 * @param service its name
 */
record ServiceDependency(@Nullable String environment, String service) implements Dependency {

	@Override
	public Optional<String> findMissing(ClusterController cluster) throws InterruptedException {
		try {
			cluster.awaitService(environmentSeenFrom(cluster.self()), this.service, Duration.ZERO);
			return Optional.empty();
		}
		catch (ServiceNotActiveException ex) {
			return Optional.of(ex.getReason());
		}
	}

	boolean isServiceOf(Member member) {
		return environmentSeenFrom(member).equals(member.environment()) && this.service.equals(member.service());
	}

	private String environmentSeenFrom(Member member) {
		return (this.environment != null) ? this.environment : member.environment();
	}

	@Override
	public String toString() {
		return (this.environment != null) ? this.environment + "/" + this.service : this.service;
	}

}
