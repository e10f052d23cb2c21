package io.clustercontroller.backup;

import java.util.Optional;
import java.util.OptionalLong;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Role;

/**
 * The right of this instance to take a backup, which it had at the start of a run and may
 * have lost since. A mastership that was lost and won again is another one.
 *
 * @param token of the mastership under which the run began, if it is for masters
 */
record Turn(ClusterController cluster, RunOn runOn, OptionalLong token) {

	/** Present if it is the turn of this instance now. */
	static Optional<Turn> of(ClusterController cluster, RunOn runOn) {
		Turn turn = new Turn(cluster, runOn, (runOn == RunOn.MASTER) ? cluster.fencingToken() : OptionalLong.empty());
		return (turn.isValid() && (runOn != RunOn.MASTER || turn.token.isPresent())) ? Optional.of(turn)
				: Optional.empty();
	}

	boolean isValid() {
		boolean master = this.cluster.isMaster();
		return this.runOn.includes(master ? Role.MASTER : Role.SLAVE)
				&& (this.runOn != RunOn.MASTER || this.cluster.fencingToken().equals(this.token));
	}

}
