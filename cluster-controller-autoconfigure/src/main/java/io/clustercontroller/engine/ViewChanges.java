package io.clustercontroller.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.event.MasterChangedEvent;
import io.clustercontroller.event.MembersAddedEvent;
import io.clustercontroller.event.MembersRemovedEvent;
import org.jspecify.annotations.Nullable;

/**
 * What has happened between two views, as events. What came and went in between is no
 * event.
 */
final class ViewChanges {

	private ViewChanges() {
	}

	/**
	 * @param withoutMaster how long no master was seen before the one in the later view
	 */
	static List<Object> between(ClusterView before, ClusterView after, Duration withoutMaster, String self) {
		List<Object> events = new ArrayList<>();
		if (token(before.mastership()) != token(after.mastership())) {
			events.add(new MasterChangedEvent(after.master(), token(after.mastership()),
					(after.mastership() != null) ? withoutMaster : Duration.ZERO));
		}
		List<Member> added = missing(before, after, self);
		if (!added.isEmpty()) {
			events.add(new MembersAddedEvent(added));
		}
		List<Member> removed = missing(after, before, self);
		if (!removed.isEmpty()) {
			events.add(new MembersRemovedEvent(removed));
		}
		return events;
	}

	private static long token(@Nullable Mastership mastership) {
		return (mastership != null) ? mastership.token() : 0;
	}

	private static List<Member> missing(ClusterView from, ClusterView in, String self) {
		Set<String> known = from.members().stream().map(Member::instanceId).collect(Collectors.toSet());
		known.add(self);
		return in.members().stream().filter((member) -> !known.contains(member.instanceId())).toList();
	}

}
