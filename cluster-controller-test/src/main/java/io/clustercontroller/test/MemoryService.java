package io.clustercontroller.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Pause;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.LockHolder;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.coordination.PauseJson;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.Records.StoredRecord;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * A service: who is there, who is master, and what is recorded. Used on the cluster's
 * thread only.
 */
final class MemoryService {

	/** As the default of {@code cluster-controller.election.priority}. */
	private static final int PRIORITY = 100;

	private final MemoryCluster cluster;

	private final String environment;

	private final String service;

	private final List<MemorySession> sessions = new ArrayList<>();

	/** Sessions that are let in when the test restores them. */
	private final List<MemorySession> waiting = new ArrayList<>();

	private final Map<String, Member> peers = new LinkedHashMap<>();

	private final Map<String, Lock> locks = new HashMap<>();

	private final TreeMap<String, StoredRecord> records = new TreeMap<>();

	private @Nullable Seat seat;

	private @Nullable Offer offer;

	private boolean lost;

	private CompletableFuture<Void> somebodyWaits = new CompletableFuture<>();

	MemoryService(MemoryCluster cluster, String environment, String service) {
		this.cluster = cluster;
		this.environment = environment;
		this.service = service;
	}

	ClusterView view(@Nullable MemorySession viewer) {
		return view(viewer, this.cluster.next());
	}

	private ClusterView view(@Nullable MemorySession viewer, long revision) {
		Seat seat = this.seat;
		Mastership mastership = (seat != null)
				? new Mastership(seat.instanceId, seat.token, viewer != null && seat.session == viewer, seat.handedOver)
				: null;
		Map<String, Member> members = new LinkedHashMap<>(this.peers);
		this.sessions.forEach((session) -> members.put(session.self().instanceId(), session.self()));
		boolean offered = this.offer != null && this.offer.asked == viewer;
		return new ClusterView(revision, mastership, List.copyOf(members.values()), offered, pause());
	}

	/** Show everybody what it looks like now. */
	void changed() {
		long revision = this.cluster.next();
		List.copyOf(this.sessions).forEach((session) -> session.show(view(session, revision)));
	}

	private @Nullable Pause pause() {
		StoredRecord record = this.records.get(ClusterView.PAUSE);
		try {
			return (record != null) ? PauseJson.read(record.value()) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	void join(MemorySession session) {
		this.cluster.joining(this);
		if (this.lost) {
			this.waiting.add(session);
			this.somebodyWaits.complete(null);
		}
		else {
			letIn(session);
		}
	}

	private void letIn(MemorySession session) {
		this.sessions.add(session);
		session.confirm();
		changed();
	}

	/** The session has ended, and with it what it holds. */
	void remove(MemorySession session) {
		this.waiting.remove(session);
		if (this.sessions.remove(session)) {
			this.locks.values().removeIf((lock) -> lock.session == session);
			if (this.seat != null && this.seat.session == session) {
				take(null);
			}
			if (this.offer != null && this.offer.asked == session) {
				answer(false);
			}
			changed();
		}
	}

	void acquire(MemorySession session) {
		Pause pause = pause();
		boolean paused = pause != null && pause.isInForce(TimeSource.SYSTEM.wallMillis());
		if (this.seat == null && !paused) {
			take(new Seat(session.self().instanceId(), session, this.cluster.next(), false));
			changed();
		}
	}

	boolean handOver(MemorySession session, long token, String instanceId) {
		MemorySession successor = session(instanceId);
		if (!isHeld(session, token) || (successor == null && !this.peers.containsKey(instanceId))) {
			return false;
		}
		take(new Seat(instanceId, successor, this.cluster.next(), true));
		changed();
		return true;
	}

	void release(MemorySession session, long token) {
		if (isHeld(session, token)) {
			take(null);
			changed();
		}
	}

	private boolean isHeld(MemorySession session, long token) {
		return this.seat != null && this.seat.session == session && this.seat.token == token;
	}

	/** What the last master has offered ends with its mastership. */
	private void take(@Nullable Seat seat) {
		answer(false);
		this.seat = seat;
	}

	CompletionStage<Boolean> offer(MemorySession session, String instanceId) {
		if (this.seat == null || this.seat.session != session) {
			return CompletableFuture.failedStage(new CoordinationException("only the master may offer", null));
		}
		if (this.peers.containsKey(instanceId)) {
			return CompletableFuture.completedStage(true);
		}
		MemorySession asked = session(instanceId);
		if (asked == null) {
			return CompletableFuture.completedStage(false);
		}
		answer(false);
		Offer offer = new Offer(asked, new CompletableFuture<>());
		this.offer = offer;
		changed();
		return offer.answer;
	}

	void withdraw(MemorySession session, String instanceId) {
		if (this.offer != null && this.seat != null && this.seat.session == session
				&& this.offer.asked.self().instanceId().equals(instanceId)) {
			answer(false);
			changed();
		}
	}

	void accept(MemorySession session) {
		if (this.offer != null && this.offer.asked == session) {
			Offer accepted = this.offer;
			this.offer = null;
			changed();
			accepted.answer.complete(true);
		}
	}

	private void answer(boolean accepted) {
		if (this.offer != null) {
			this.offer.answer.complete(accepted);
			this.offer = null;
		}
	}

	LockHolder lock(MemorySession session, String name) {
		Lock lock = this.locks.computeIfAbsent(name, (free) -> new Lock(session, this.cluster.next()));
		return new LockHolder(lock.session.self().instanceId(), lock.token, lock.session == session);
	}

	void unlock(MemorySession session, String name) {
		this.locks.computeIfPresent(name, (held, lock) -> (lock.session == session) ? null : lock);
	}

	Optional<StoredRecord> read(String name) {
		return Optional.ofNullable(this.records.get(name));
	}

	List<StoredRecord> list(String prefix) {
		return this.records.tailMap(prefix)
			.values()
			.stream()
			.takeWhile((record) -> record.name().startsWith(prefix))
			.toList();
	}

	OptionalLong write(String name, String value, long expectedVersion, @Nullable Long fencingToken) {
		boolean current = fencingToken == null || (this.seat != null && this.seat.token == fencingToken);
		if (version(name) != expectedVersion || !current) {
			return OptionalLong.empty();
		}
		long version = this.cluster.next();
		this.records.put(name, new StoredRecord(name, value, version));
		this.sessions.forEach((session) -> session.hint(name, version));
		recordChanged(name);
		return OptionalLong.of(version);
	}

	boolean delete(String name, long expectedVersion) {
		if (expectedVersion == Records.ABSENT || version(name) != expectedVersion) {
			return false;
		}
		this.records.remove(name);
		recordChanged(name);
		return true;
	}

	private long version(String name) {
		return read(name).map(StoredRecord::version).orElse(Records.ABSENT);
	}

	private void recordChanged(String name) {
		if (name.equals(ClusterView.PAUSE)) {
			changed();
		}
	}

	private @Nullable MemorySession session(String instanceId) {
		return this.sessions.stream()
			.filter((session) -> session.self().instanceId().equals(instanceId))
			.reduce((earlier, later) -> later)
			.orElse(null);
	}

	// what a test asks for

	void appoint(String instanceId) {
		MemorySession session = session(instanceId);
		if (session != null && (this.seat == null || this.seat.session != session)) {
			take(new Seat(instanceId, session, this.cluster.next(), false));
			changed();
		}
	}

	/** Have somebody to be master in place of the application, at once if nobody is. */
	void haveSuccessor() {
		if (this.peers.isEmpty()) {
			addPeer("other");
		}
		if (this.seat == null) {
			take(new Seat(this.peers.keySet().iterator().next(), null, this.cluster.next(), false));
			changed();
		}
	}

	void lose() {
		if (!this.lost) {
			this.lost = true;
			this.somebodyWaits = new CompletableFuture<>();
			List.copyOf(this.sessions).forEach(MemorySession::lose);
		}
	}

	/** Done when the application knows that its session is lost, and wants another. */
	CompletionStage<Void> whenSomebodyWaits() {
		return this.somebodyWaits;
	}

	void restore() {
		this.lost = false;
		List<MemorySession> next = List.copyOf(this.waiting);
		this.waiting.clear();
		next.forEach(this::letIn);
	}

	void addPeer(String instanceId) {
		this.peers.put(instanceId,
				new Member(instanceId, instanceId, this.environment, this.service, Role.SLAVE, MemberState.ACTIVE,
						List.of(), PRIORITY, Instant.ofEpochMilli(TimeSource.SYSTEM.wallMillis()), Map.of()));
		changed();
	}

	void removePeer(String instanceId) {
		this.peers.remove(instanceId);
		if (this.seat != null && this.seat.instanceId.equals(instanceId)) {
			take(null);
		}
		changed();
	}

	boolean hasPeer(String instanceId) {
		return this.peers.containsKey(instanceId);
	}

	boolean hasMember(String instanceId) {
		return hasPeer(instanceId) || session(instanceId) != null;
	}

	Member member(String instanceId) {
		return view(null).member(instanceId).orElseThrow();
	}

	/**
	 * Whether a member sees what is there, and nobody has anything left to do.
	 * @param elects whether it would take a mastership that is free
	 */
	boolean isSettled(String instanceId, List<Member> seen, @Nullable String master, boolean elects) {
		if (this.lost) {
			return true;
		}
		boolean masterSeen = (this.seat != null) ? this.seat.instanceId.equals(master) : !elects && master == null;
		return session(instanceId) != null && masterSeen && ids(seen).equals(ids(view(null).members()));
	}

	private static List<String> ids(List<Member> members) {
		return members.stream().map(Member::instanceId).sorted().toList();
	}

	/**
	 * The mastership.
	 *
	 * @param session the session that holds it, or {@code null} if it is a peer's
	 */
	private record Seat(String instanceId, @Nullable MemorySession session, long token, boolean handedOver) {
	}

	private record Offer(MemorySession asked, CompletableFuture<Boolean> answer) {
	}

	private record Lock(MemorySession session, long token) {
	}

}
