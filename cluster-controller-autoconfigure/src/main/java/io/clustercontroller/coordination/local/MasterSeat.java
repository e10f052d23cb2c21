package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.time.Duration;

import io.clustercontroller.Pause;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The mastership of a service, as one session takes it, keeps it and gives it away.
 * <p>
 * Two things make a master: the master file names its session, and it holds the lock
 * {@code master.lock}. The file is what hands over without a gap, which a lock cannot;
 * the lock is what keeps a second master out if the file has been damaged. Whoever is
 * named but has no lock yet takes it as soon as it sees its name, and is master only
 * then. Used by one thread.
 */
final class MasterSeat implements AutoCloseable {

	/**
	 * How long a new service has no master. Should somebody have removed the folder of a
	 * service in use, its master notices within a turn.
	 */
	static final Duration QUIET = Duration.ofMillis(250);

	private final ServiceFolder folder;

	private final SessionKey self;

	private final PauseWatch pause;

	private final TimeSource time;

	private @Nullable LockFile lock;

	/** What the file says while the lock is held: nobody else may write it then. */
	private @Nullable MasterEntry held;

	private long highestToken;

	MasterSeat(ServiceFolder folder, SessionKey self, PauseWatch pause, TimeSource time) {
		this.folder = folder;
		this.self = self;
		this.pause = pause;
		this.time = time;
	}

	/** Whether this session is master by the given entry. */
	boolean isHeldBy(@Nullable MasterEntry entry) {
		return entry != null && entry.equals(this.held);
	}

	/** The token of the mastership this session holds, or {@code null}. */
	@Nullable Long heldToken() {
		return (this.held != null) ? this.held.token() : null;
	}

	/** Whether nobody has removed what this session is master by. */
	boolean isIntact() throws IOException {
		return this.lock == null || (this.lock.isIntact() && this.folder.hasMaster());
	}

	void touch() throws IOException {
		if (this.lock != null) {
			this.lock.touch();
		}
	}

	/** Take what was handed over to this session, and restore what strangers damaged. */
	void keep() throws IOException {
		MasterEntry entry = this.folder.master();
		if (entry != null) {
			this.highestToken = Math.max(this.highestToken, entry.token());
		}
		MasterEntry mine = this.held;
		if (mine != null && !mine.equals(entry)) {
			this.folder.exclusively(() -> this.folder.master(mine));
		}
		else if (mine == null && entry != null && entry.isOwnedBy(this.self)) {
			this.folder.exclusively(() -> {
				MasterEntry present = this.folder.master();
				if (present != null && present.isOwnedBy(this.self)) {
					this.lock = LockFile.tryAcquire(this.folder.masterLock());
					this.held = (this.lock != null) ? present : null;
				}
			});
		}
	}

	/** See that the master file exists. The caller has the folder exclusively. */
	void prepare() throws IOException {
		if (this.folder.master() == null) {
			this.folder.master(initial());
		}
	}

	private MasterEntry initial() {
		return MasterEntry.initial(Math.max(this.time.wallMillis(), this.highestToken + 1));
	}

	/**
	 * Take the mastership if nobody has it and the service is not paused.
	 * @param patient whether to wait while the service is new
	 * @return whether this is decided; if not, try again soon
	 */
	boolean acquire(boolean patient) throws IOException {
		return this.folder.exclusively(() -> {
			MasterEntry entry = this.folder.master();
			if (entry == null) {
				this.folder.master(initial());
				return false;
			}
			if ((entry.owner() != null && this.folder.isAlive(entry.owner())) || isPaused()) {
				return true;
			}
			if (patient && entry.isYoungerThan(QUIET, this.time.wallMillis())) {
				return false;
			}
			take(entry.takenBy(this.self));
			return true;
		});
	}

	private boolean isPaused() throws IOException {
		Pause pause = this.pause.look();
		return pause != null && pause.isInForce(this.time.wallMillis());
	}

	private void take(MasterEntry entry) throws IOException {
		LockFile lock = LockFile.tryAcquire(this.folder.masterLock());
		if (lock == null) {
			throw new IOException("'%s' is locked by somebody else than the master that '%s' names"
				.formatted(this.folder.masterLock(), this.folder));
		}
		try {
			this.folder.master(entry);
		}
		catch (IOException ex) {
			lock.close();
			throw ex;
		}
		this.lock = lock;
		this.held = entry;
	}

	/**
	 * Give the mastership up.
	 * @return whether this session had it by this token
	 */
	boolean release(long token) throws IOException {
		return this.folder.exclusively(() -> {
			MasterEntry entry = (this.held != null) ? this.held : this.folder.master();
			if (entry == null || !entry.isOwnedBy(this.self) || entry.token() != token) {
				return false;
			}
			this.folder.master(entry.released());
			close();
			return true;
		});
	}

	/**
	 * Make another session master.
	 * @return whether it is master now; if not, nothing has changed
	 */
	boolean handOver(long token, String instanceId) throws IOException {
		return this.folder.exclusively(() -> {
			MasterEntry entry = this.held;
			if (entry == null || entry.token() != token || instanceId.equals(this.self.instanceId())) {
				return false;
			}
			MemberEntry successor = BaseDirectory.isSegment(instanceId) ? this.folder.member(instanceId) : null;
			if (successor == null || !this.folder.isAlive(successor.key())) {
				return false;
			}
			this.folder.master(entry.handedOverTo(successor.key()));
			close();
			return true;
		});
	}

	/** Give the lock back. */
	@Override
	public void close() throws IOException {
		LockFile lock = this.lock;
		this.lock = null;
		this.held = null;
		if (lock != null) {
			lock.close();
		}
	}

}
