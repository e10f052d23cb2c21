package io.clustercontroller.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;

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

	/**
	 * Who is in one view and not in the other. Both are in the same order, so that each
	 * is looked at once, however many thousands of views a large service has while it
	 * starts.
	 */
	private static List<Member> missing(ClusterView from, ClusterView in, String self) {
		List<Member> missing = new ArrayList<>();
		ListIterator<Member> known = from.members().listIterator();
		for (Member member : in.members()) {
			if (!skipTo(member, known) && !member.instanceId().equals(self)) {
				missing.add(member);
			}
		}
		return missing;
	}

	/** Whether this member comes next, once those who stand before it are passed. */
	private static boolean skipTo(Member member, ListIterator<Member> known) {
		while (known.hasNext()) {
			Member next = known.next();
			int order = (next != member) ? ClusterView.BY_JOINED_AT.compare(next, member) : 0;
			if (order > 0) {
				known.previous();
			}
			if (order >= 0) {
				return order == 0;
			}
		}
		return false;
	}

}
