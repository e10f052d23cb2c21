package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.Mastership;
import org.jspecify.annotations.Nullable;

/**
 * What the folder of a service says at one moment.
 *
 * @param master the master's entry, or {@code null} while nobody is master
 * @param living the members that are there
 * @param dead the members whose files have been left behind
 */
record Snapshot(@Nullable MasterEntry master, List<MemberEntry> living, List<MemberEntry> dead) {

	static Snapshot of(ServiceFolder folder) throws IOException {
		List<MemberEntry> living = new ArrayList<>();
		List<MemberEntry> dead = new ArrayList<>();
		for (MemberEntry entry : folder.members()) {
			(LockFile.isHeld(folder.memberLock(entry.key().instanceId())) ? living : dead).add(entry);
		}
		return new Snapshot(folder.livingMaster(), living, dead);
	}

	/**
	 * Who is master.
	 * @param held whether it is the session that looks
	 */
	@Nullable Mastership mastership(boolean held) {
		MasterEntry master = this.master;
		return (master != null && master.owner() != null)
				? new Mastership(master.owner().instanceId(), master.token(), held, master.handedOver()) : null;
	}

	List<Member> members() {
		return this.living.stream().map(MemberEntry::member).toList();
	}

	@Nullable MemberEntry living(String instanceId) {
		return this.living.stream()
			.filter((entry) -> entry.key().instanceId().equals(instanceId))
			.findFirst()
			.orElse(null);
	}

}
