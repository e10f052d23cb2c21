package io.clustercontroller.engine;

import java.time.Duration;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import org.jspecify.annotations.Nullable;

/**
 * How this instance takes part in elections.
 *
 * @param eligible whether it is to stand at all
 * @param when the state from which on it stands
 * @param returnAfter after which time as master it hands over to a better candidate, or
 * {@code null} for never
 */
record Candidacy(boolean eligible, ElectionTime when, @Nullable Duration returnAfter) {

	Candidacy withEligible(boolean eligible) {
		return new Candidacy(eligible, this.when, this.returnAfter);
	}

	/** The member, saying whether it stands. */
	Member declare(Member member) {
		boolean ready = this.when == ElectionTime.JOINED || member.state() == MemberState.ACTIVE;
		return member.withEligible(this.eligible && ready);
	}

}
