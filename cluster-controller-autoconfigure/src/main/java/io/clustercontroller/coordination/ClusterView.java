package io.clustercontroller.coordination;

import java.util.Comparator;
import java.util.List;
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
	public static final Comparator<Member> BY_JOINED_AT = Comparator.comparing(Member::joinedAt)
		.thenComparing(Member::instanceId);

	public ClusterView {
		members = inOrder(members, (mastership != null) ? mastership.instanceId() : null);
	}

	/** Most views differ little from the one before, and are in order already. */
	private static List<Member> inOrder(List<Member> members, @Nullable String master) {
		Member last = null;
		for (Member member : members) {
			if (member.role() != roleOf(member, master) || last != null && BY_JOINED_AT.compare(last, member) > 0) {
				return members.stream().map((one) -> one.withRole(roleOf(one, master))).sorted(BY_JOINED_AT).toList();
			}
			last = member;
		}
		return List.copyOf(members);
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
