package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.clustercontroller.Member;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The locks and files of a member in the folder of its service. Used by one thread.
 */
final class Presence implements AutoCloseable {

	private static final Logger log = LoggerFactory.getLogger(Presence.class);

	private static final int ATTEMPTS = 50;

	private static final Duration TOUCH_INTERVAL = Duration.ofHours(1);

	private final ServiceFolder folder;

	private final TimeSource time;

	private final LockFile lock;

	private final PauseWatch pause;

	private final MasterSeat seat;

	private final Offers offers;

	private MemberEntry self;

	private long touchedAt;

	private Presence(ServiceFolder folder, MemberEntry self, LockFile lock, TimeSource time) {
		this.folder = folder;
		this.self = self;
		this.lock = lock;
		this.time = time;
		this.touchedAt = time.nanoTime();
		this.pause = new PauseWatch(folder);
		this.seat = new MasterSeat(folder, self.key(), this.pause, time);
		this.offers = new Offers(folder, self.key().instanceId());
	}

	static Presence join(ServiceFolder folder, Member member, TimeSource time) throws IOException {
		MemberEntry self = entry(member, new SessionKey(member.instanceId(), UUID.randomUUID().toString()));
		return folder.exclusively(() -> {
			LockFile lock = acquire(folder, member);
			try {
				folder.removeOffer(member.instanceId());
				folder.member(self);
				Presence presence = new Presence(folder, self, lock, time);
				presence.seat.prepare();
				return presence;
			}
			catch (IOException ex) {
				try (lock) {
					folder.removeMember(member.instanceId(), lock);
				}
				throw ex;
			}
		});
	}

	private static LockFile acquire(ServiceFolder folder, Member member) throws IOException {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			LockFile lock = LockFile.tryAcquire(folder.memberLock(member.instanceId()));
			if (lock != null) {
				return lock;
			}
			LockSupport.parkNanos(2_000_000); // somebody may just be looking whether it
												// is locked
		}
		throw new CoordinationException("There is already a member '%s' of '%s/%s'".formatted(member.instanceId(),
				member.environment(), member.service()), null);
	}

	private static MemberEntry entry(Member member, SessionKey key) {
		return new MemberEntry(member.withRole(Role.SLAVE), key);
	}

	ServiceFolder folder() {
		return this.folder;
	}

	MasterSeat seat() {
		return this.seat;
	}

	Offers offers() {
		return this.offers;
	}

	/**
	 * Whether nobody has removed the files, so that the locks still are what others see.
	 */
	boolean isIntact() throws IOException {
		return this.lock.isIntact() && this.folder.hasMember(this.self.key().instanceId()) && this.seat.isIntact();
	}

	void update(Member member) throws IOException {
		Member joined = this.self.member();
		if (!member.instanceId().equals(joined.instanceId()) || !member.environment().equals(joined.environment())
				|| !member.service().equals(joined.service())) {
			throw new CoordinationException("%s is not the member that has joined".formatted(member), null);
		}
		MemberEntry updated = entry(member, this.self.key());
		this.folder.member(updated);
		this.self = updated;
	}

	/** Look what has changed, and do what that asks for. */
	Snapshot look() throws IOException {
		if (this.time.nanoTime() - this.touchedAt > TOUCH_INTERVAL.toNanos()) {
			this.lock.touch();
			this.seat.touch();
			this.folder.touch();
			this.touchedAt = this.time.nanoTime();
		}
		this.folder.member(this.self);
		this.seat.keep();
		Snapshot snapshot = Snapshot.of(this.folder);
		for (MemberEntry dead : snapshot.dead()) {
			this.folder.bury(dead.key());
		}
		this.offers.settle(snapshot, this.seat.heldToken());
		return snapshot;
	}

	ClusterView view(Snapshot snapshot, long revision) throws IOException {
		boolean held = this.seat.isHeldBy(snapshot.master());
		Member self = this.self.member();
		List<Member> members = Stream
			.concat(snapshot.members().stream().filter((member) -> !member.instanceId().equals(self.instanceId())),
					Stream.of(self))
			.toList();
		return new ClusterView(revision, snapshot.mastership(held), members, this.offers.isOffered(snapshot),
				this.pause.look());
	}

	/** Give the mastership up and remove the files. */
	void leave() throws IOException {
		Long token = this.seat.heldToken();
		try {
			if (token != null) {
				this.seat.release(token);
			}
		}
		catch (IOException ex) {
			log.debug("The mastership of '{}' ends with its session only", this.folder, ex);
		}
		if (this.lock.isIntact()) {
			this.folder.removeMember(this.self.key().instanceId(), this.lock);
		}
	}

	/** Give the locks back. */
	@Override
	public void close() throws IOException {
		try (this.lock) {
			this.seat.close();
		}
	}

}
