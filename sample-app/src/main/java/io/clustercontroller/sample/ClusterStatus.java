package io.clustercontroller.sample;

import java.util.List;
import java.util.OptionalLong;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.sample.ClusterListener.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What this instance knows, for people and programs to read.
 *
 * @param fencingToken present while this instance is master
 * @param master the id of the master, or {@code null} while there is none
 * @param events what has happened, the newest first
 */
record ClusterStatus(String environment, String service, String instanceId, String container, Role role,
		boolean isMaster, @Nullable Long fencingToken, MemberState state, @Nullable String master, List<Member> members,
		List<Entry> events) {

	static ClusterStatus of(ClusterController cluster, List<Entry> events) {
		Member self = cluster.self();
		OptionalLong token = cluster.fencingToken();
		return new ClusterStatus(self.environment(), self.service(), self.instanceId(), self.container(), self.role(),
				cluster.isMaster(), token.isPresent() ? token.getAsLong() : null, self.state(),
				cluster.master().map(Member::instanceId).orElse(null), cluster.members(), events);
	}

}
