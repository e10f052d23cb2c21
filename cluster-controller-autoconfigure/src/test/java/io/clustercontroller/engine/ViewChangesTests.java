package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.event.MasterChangedEvent;
import io.clustercontroller.event.MembersAddedEvent;
import io.clustercontroller.event.MembersRemovedEvent;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ViewChangesTests {

	private static final String SELF = "m3";

	@Test
	void nothingHasHappenedBetweenViewsWithTheSameMembersAndMaster() {
		ClusterView before = view(List.of(member(1, MemberState.RUNNING), member(2, MemberState.ACTIVE)));
		ClusterView after = view(List.of(member(1, MemberState.ACTIVE), member(2, MemberState.ACTIVE)));
		assertThat(between(before, after)).isEmpty();
	}

	@Test
	void anotherMasterIsToldWithTheTimeWithoutOne() {
		ClusterView before = new ClusterView(1, new Mastership("m1", 7, false, false), all(), false);
		ClusterView after = new ClusterView(2, new Mastership("m2", 9, false, false), all(), false);
		assertThat(between(before, after)).singleElement().isInstanceOfSatisfying(MasterChangedEvent.class, (event) -> {
			assertThat(event.master()).map(Member::instanceId).contains("m2");
			assertThat(event.fencingToken()).isEqualTo(9);
			assertThat(event.withoutMaster()).isEqualTo(Duration.ofMillis(5));
		});
	}

	@Test
	void tellsExactlyWhoCameAndWhoWentButNotOfItself() {
		Random random = new Random(11);
		for (int i = 0; i < 2000; i++) {
			List<Member> earlier = some(random);
			List<Member> later = some(random);
			List<Object> expected = new ArrayList<>();
			List<String> added = without(later, earlier);
			List<String> removed = without(earlier, later);
			if (!added.isEmpty()) {
				expected.add(added);
			}
			if (!removed.isEmpty()) {
				expected.add(removed);
			}
			assertThat(between(view(earlier), view(later)).stream().map(ViewChangesTests::names))
				.as("%s, then %s", earlier, later)
				.containsExactlyElementsOf(expected);
		}
	}

	private static List<Object> between(ClusterView before, ClusterView after) {
		return ViewChanges.between(before, after, Duration.ofMillis(5), SELF);
	}

	private static Object names(Object event) {
		List<Member> members = (event instanceof MembersAddedEvent added) ? added.members()
				: ((MembersRemovedEvent) event).members();
		return members.stream().map(Member::instanceId).toList();
	}

	private static List<String> without(List<Member> members, List<Member> others) {
		List<String> ids = others.stream().map(Member::instanceId).toList();
		return members.stream().map(Member::instanceId).filter((id) -> !ids.contains(id) && !id.equals(SELF)).toList();
	}

	private static List<Member> some(Random random) {
		List<Member> members = new ArrayList<>(all());
		members.removeIf((member) -> random.nextBoolean());
		return members;
	}

	/** In the order in which they joined, of which two did at the same time. */
	private static List<Member> all() {
		List<Member> members = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			members.add(member(i, MemberState.ACTIVE));
		}
		return members;
	}

	private static ClusterView view(List<Member> members) {
		return new ClusterView(1, null, members, false);
	}

	private static Member member(int number, MemberState state) {
		return new Member("m" + number, "container", "test", "service", Role.SLAVE, state, List.of(), 1,
				Instant.ofEpochSecond(number / 2), Map.of());
	}

}
