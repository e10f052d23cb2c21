package io.clustercontroller.coordination.etcd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import io.clustercontroller.Member;
import io.clustercontroller.Pause;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.coordination.MemberJson;
import io.clustercontroller.coordination.PauseJson;
import io.clustercontroller.coordination.etcd.EtcdGateway.Change;
import io.clustercontroller.coordination.etcd.EtcdGateway.Entry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of a service's keys, brought up to date by reads and by a watch in any order:
 * what is older than what is known is dropped. Used by one thread.
 */
final class ServiceMirror {

	private static final Logger logger = LoggerFactory.getLogger(ServiceMirror.class);

	private final ServiceKeys keys;

	private final Map<String, Entry> offers = new HashMap<>();

	private final Map<String, Known> members = new HashMap<>();

	/** The same, as views show them. */
	private final List<Member> membersInOrder = new ArrayList<>();

	private final Set<String> complaints = new HashSet<>();

	private @Nullable Entry master;

	private @Nullable Entry lastMaster;

	private @Nullable Entry pauseEntry;

	private @Nullable Pause pause;

	private long changes;

	/** The revision up to which all keys are known. */
	private long revision;

	/** The revision up to which the master key is known. */
	private long masterRevision;

	ServiceMirror(ServiceKeys keys) {
		this.keys = keys;
	}

	long revision() {
		return this.revision;
	}

	/** The highest revision of anything known. */
	long knownRevision() {
		return Math.max(this.revision, this.masterRevision);
	}

	/** Grows whenever the master, the members or the pause may have changed. */
	long changes() {
		return this.changes;
	}

	@Nullable Entry master() {
		return this.master;
	}

	/** The key of a member, without its value. */
	@Nullable Entry member(String instanceId) {
		Known member = this.members.get(instanceId);
		return (member != null) ? member.key() : null;
	}

	/** The master key as it was last seen with a lease, be it there or not. */
	@Nullable Entry lastMaster() {
		return this.lastMaster;
	}

	/** Whether there is no master. A key without a lease does not make one. */
	boolean isVacant() {
		return this.master == null || this.master.leaseId() == 0;
	}

	/**
	 * Whether the lease of a former master is known to have outlived its mastership: the
	 * key of its member, which goes with the same lease, is still there.
	 */
	boolean isLeaseAlive(Entry formerMaster) {
		Entry member = member(formerMaster.value());
		return this.revision >= this.masterRevision && member != null && member.leaseId() == formerMaster.leaseId();
	}

	@Nullable Entry offer(String instanceId) {
		return this.offers.get(instanceId);
	}

	/** The pause that is recorded, be it over or not. */
	@Nullable Pause pause() {
		return this.pause;
	}

	/** The revision of what is recorded as the pause, or 0. */
	long pauseRevision() {
		return (this.pauseEntry != null) ? this.pauseEntry.modRevision() : 0;
	}

	/** An offer is known to be gone; what else has happened by then is not. */
	void removeOffer(String instanceId) {
		this.offers.remove(instanceId);
	}

	/**
	 * Take over a read of the whole service.
	 * @return whether it said anything new
	 */
	boolean reset(long revision, List<Entry> entries) {
		if (revision < this.revision) {
			return false;
		}
		Entry masterBefore = this.master;
		Entry pauseBefore = this.pauseEntry;
		Map<String, Known> membersBefore = Map.copyOf(this.members);
		this.offers.clear();
		retainMembers(entries);
		putPause(entries.stream().filter((entry) -> entry.key().equals(this.keys.pause())).findFirst().orElse(null));
		if (revision >= this.masterRevision) {
			this.master = null;
			this.masterRevision = revision;
		}
		this.revision = revision;
		this.changes++;
		entries.forEach((entry) -> put(entry, revision));
		return !Objects.equals(masterBefore, this.master) || !Objects.equals(pauseBefore, this.pauseEntry)
				|| !membersBefore.equals(this.members);
	}

	private void retainMembers(List<Entry> entries) {
		Set<String> keys = entries.stream().map(Entry::key).collect(Collectors.toSet());
		List<String> gone = this.members.keySet()
			.stream()
			.filter((id) -> !keys.contains(this.keys.member(id)))
			.toList();
		gone.forEach(this::removeMember);
	}

	/** Take over what a watch tells. */
	void apply(List<Change> changes) {
		for (Change change : changes) {
			Entry entry = change.entry();
			if (change.key().equals(this.keys.master())) {
				masterRead(entry, change.revision());
			}
			else if (change.revision() > this.revision) {
				if (entry != null) {
					put(entry, change.revision());
				}
				else {
					remove(change.key());
				}
			}
		}
		changes.stream()
			.mapToLong(Change::revision)
			.max()
			.ifPresent((last) -> this.revision = Math.max(this.revision, last));
	}

	/**
	 * Take over a read of the master key.
	 * @return whether it said anything new
	 */
	boolean masterRead(@Nullable Entry entry, long revision) {
		if (revision < this.masterRevision) {
			return false;
		}
		boolean changed = !Objects.equals(entry, this.master);
		this.master = entry;
		this.masterRevision = revision;
		this.changes += changed ? 1 : 0;
		if (!isVacant()) {
			this.lastMaster = entry;
		}
		return changed;
	}

	/**
	 * The service as a session sees it. A master key without a lease was not written by
	 * any member, and nobody ever removes it: nobody is master then.
	 * @param self the session's member
	 * @param leaseId the session's lease, or 0
	 * @param acquired the token that the session knows to have won itself
	 */
	ClusterView view(String self, long leaseId, long acquired) {
		Entry entry = this.master;
		if (entry != null && entry.leaseId() == 0) {
			complain(entry, "it has no lease");
			entry = null;
		}
		return view(self, leaseId, acquired, entry);
	}

	/** The same, with the last master as the master, even if it is gone. */
	ClusterView viewWithLastMaster(String self, long leaseId, long acquired) {
		return view(self, leaseId, acquired, this.lastMaster);
	}

	private ClusterView view(String self, long leaseId, long acquired, @Nullable Entry master) {
		Mastership mastership = null;
		if (master != null) {
			mastership = new Mastership(master.value(), master.modRevision(), master.leaseId() == leaseId,
					master.createRevision() != master.modRevision() && master.modRevision() != acquired);
		}
		Entry offer = this.offers.get(self);
		boolean offered = offer != null && mastership != null && offer.value().equals(mastership.instanceId());
		return new ClusterView(knownRevision(), mastership, this.membersInOrder, offered, this.pause);
	}

	private void put(Entry entry, long revision) {
		if (entry.key().equals(this.keys.master())) {
			masterRead(entry, revision);
		}
		else if (entry.key().startsWith(this.keys.offers())) {
			this.offers.put(entry.key().substring(this.keys.offers().length()), entry);
		}
		else if (entry.key().startsWith(this.keys.members())) {
			putMember(entry.key().substring(this.keys.members().length()), entry);
		}
		else if (entry.key().equals(this.keys.pause())) {
			putPause(entry);
		}
	}

	private void putPause(@Nullable Entry entry) {
		if (Objects.equals(entry, this.pauseEntry)) {
			return;
		}
		this.changes++;
		this.pauseEntry = entry;
		this.pause = null;
		if (entry != null) {
			try {
				this.pause = PauseJson.read(entry.value());
			}
			catch (IllegalArgumentException ex) {
				complain(entry, ex.getMessage());
			}
		}
	}

	private void putMember(String instanceId, Entry entry) {
		Entry key = new Entry(entry.key(), "", entry.leaseId(), entry.createRevision(), entry.modRevision());
		if (key.equals(member(instanceId))) {
			return;
		}
		removeMember(instanceId);
		Member member = readMember(instanceId, entry);
		this.members.put(instanceId, new Known(key, member));
		if (member != null) {
			this.membersInOrder.add(-1 - placeOf(member), member);
		}
	}

	private @Nullable Member readMember(String instanceId, Entry entry) {
		try {
			Member member = MemberJson.read(entry.value());
			if (!member.instanceId().equals(instanceId) || !member.environment().equals(this.keys.environment())
					|| !member.service().equals(this.keys.service())) {
				throw new IllegalArgumentException("it names another member than its key");
			}
			return member;
		}
		catch (IllegalArgumentException ex) {
			complain(entry, ex.getMessage());
			return null;
		}
	}

	private void remove(String key) {
		if (key.startsWith(this.keys.offers())) {
			this.offers.remove(key.substring(this.keys.offers().length()));
		}
		else if (key.startsWith(this.keys.members())) {
			removeMember(key.substring(this.keys.members().length()));
		}
		else if (key.equals(this.keys.pause())) {
			putPause(null);
		}
	}

	private void removeMember(String instanceId) {
		this.changes++;
		Known known = this.members.remove(instanceId);
		if (known != null && known.member() != null) {
			this.membersInOrder.remove(placeOf(known.member()));
		}
	}

	/** Its index, or {@code -1 - index} of where it belongs. */
	private int placeOf(Member member) {
		return Collections.binarySearch(this.membersInOrder, member, ClusterView.BY_JOINED_AT);
	}

	private void complain(Entry entry, @Nullable String reason) {
		if (this.complaints.add(entry.key())) {
			logger.warn("Ignoring the key '{}' in etcd: {}", entry.key(), reason);
		}
	}

	/**
	 * What is known of a member.
	 *
	 * @param key its key without the value, which would be half of what a large service
	 * takes
	 * @param member what the value says, or {@code null} if it is not to be understood
	 */
	private record Known(Entry key, @Nullable Member member) {
	}

}
