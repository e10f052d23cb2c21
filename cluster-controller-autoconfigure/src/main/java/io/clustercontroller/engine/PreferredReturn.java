package io.clustercontroller.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.coordination.ClusterView;
import org.jspecify.annotations.Nullable;

/**
 * Says when a master is to hand over to a member with a higher priority: when it has been
 * ready for long enough, in this master's view. Used on the engine's thread only.
 */
final class PreferredReturn {

	/** How long a member has to be ready, or {@code null} for never. */
	private final @Nullable Duration after;

	/** Since when the better members have been ready without a break, in nano time. */
	private final Map<String, Long> readySince = new HashMap<>();

	private @Nullable Long triedAt;

	PreferredReturn(@Nullable Duration after) {
		this.after = after;
	}

	/**
	 * The member to hand over to now. A master asks whenever it decides anything, which
	 * is each second at least.
	 */
	Optional<Member> due(Situation situation) {
		ClusterView view = situation.view();
		if (this.after == null || view == null || !situation.isMaster()) {
			this.readySince.clear();
			return Optional.empty();
		}
		int own = situation.standing().self().priority();
		Map<String, Member> better = Election.candidates(view.members())
			.stream()
			.filter((member) -> member.priority() > own && member.state() == MemberState.ACTIVE)
			.collect(Collectors.toMap(Member::instanceId, (member) -> member));
		this.readySince.keySet().retainAll(better.keySet());
		better.keySet().forEach((id) -> this.readySince.putIfAbsent(id, situation.now()));
		if (situation.isPaused() || !situation.willing() || !isLongAgo(this.triedAt, situation.now())) {
			return Optional.empty();
		}
		return better.values()
			.stream()
			.filter((member) -> isLongAgo(this.readySince.get(member.instanceId()), situation.now()))
			.min(Election.BEST_FIRST);
	}

	/** It has been tried now: not again before the same time has passed. */
	void tried(long now) {
		this.triedAt = now;
	}

	private boolean isLongAgo(@Nullable Long since, long now) {
		return this.after == null || since == null || now - since >= this.after.toNanos();
	}

}
