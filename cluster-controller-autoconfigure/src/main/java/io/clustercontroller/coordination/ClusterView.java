package io.clustercontroller.coordination;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import io.clustercontroller.Member;
import io.clustercontroller.Pause;
import io.clustercontroller.Role;
import org.jspecify.annotations.Nullable;

/**
 * A service at one moment: who is master, who is there. Immutable. Every decision is made
 * from a whole view; what led to it may have been missed.
 *
 * @param revision grows with every change; views of one session come in this order
 * @param mastership who is master, or {@code null} while nobody is
 * @param members the members in the order in which they joined, with their roles
 * @param offered whether the master has offered its mastership to the session's member
 * @param pause the {@linkplain #PAUSE pause} that is recorded, be it over or not, or
 * {@code null}; only sessions look at it
 */
public record ClusterView(long revision, @Nullable Mastership mastership, List<Member> members, boolean offered,
		@Nullable Pause pause) {

	/**
	 * The name of the {@linkplain Records record} that says, as {@link PauseJson}, that a
	 * service is paused.
	 */
	public static final String PAUSE = "pause";

	/** The order in which members joined, the same for everybody. */
	public static final Comparator<Member> BY_JOINED_AT = ClusterView::compareByJoinedAt;

	public ClusterView {
		members = inOrder(members, (mastership != null) ? mastership.instanceId() : null);
	}

	/**
	 * Done for each view: sorting a thousand members anew would cost more than all else.
	 */
	private static List<Member> inOrder(List<Member> members, @Nullable String master) {
		Member[] inOrder = members.toArray(Member[]::new);
		boolean sorted = true;
		for (int i = 0; i < inOrder.length; i++) {
			inOrder[i] = inOrder[i].withRole(roleOf(inOrder[i], master));
			sorted &= i == 0 || BY_JOINED_AT.compare(inOrder[i - 1], inOrder[i]) <= 0;
		}
		if (!sorted) {
			Arrays.sort(inOrder, BY_JOINED_AT);
		}
		return List.of(inOrder);
	}

	private static int compareByJoinedAt(Member one, Member other) {
		int order = one.joinedAt().compareTo(other.joinedAt());
		return (order != 0) ? order : one.instanceId().compareTo(other.instanceId());
	}

	private static Role roleOf(Member member, @Nullable String master) {
		return member.instanceId().equals(master) ? Role.MASTER : Role.SLAVE;
	}

	/** A view without a pause. */
	public ClusterView(long revision, @Nullable Mastership mastership, List<Member> members, boolean offered) {
		this(revision, mastership, members, offered, null);
	}

	public ClusterView withRevision(long revision) {
		return new ClusterView(revision, this.mastership, this.members, this.offered, this.pause);
	}

	/** Whether this differs from another view by nothing but the revision. */
	public boolean saysTheSameAs(ClusterView other) {
		return Objects.equals(this.mastership, other.mastership) && this.members.equals(other.members)
				&& this.offered == other.offered && Objects.equals(this.pause, other.pause);
	}

	/**
	 * The pause that is in force.
	 * @param wallMillis the wall clock of whoever asks
	 */
	public Optional<Pause> pauseAt(long wallMillis) {
		return Optional.ofNullable(this.pause).filter((pause) -> pause.isInForce(wallMillis));
	}

	/** The master, or empty while there is none whose member is known. */
	public Optional<Member> master() {
		return this.members.stream().filter((member) -> member.role() == Role.MASTER).findFirst();
	}

	/** The member with the given instance id. */
	public Optional<Member> member(String instanceId) {
		return this.members.stream().filter((member) -> member.instanceId().equals(instanceId)).findFirst();
	}

}
