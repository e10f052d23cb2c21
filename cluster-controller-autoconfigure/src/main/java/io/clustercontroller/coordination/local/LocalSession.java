package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Records.StoredRecord;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session: looks into the folder at every turn and tells the listener what has changed.
 */
final class LocalSession implements Session {

	private static final Logger log = LoggerFactory.getLogger(LocalSession.class);

	private final LocalThread thread;

	private final SessionListener listener;

	private final TimeSource time;

	private final Consumer<LocalSession> onEnd;

	private final Turns turns;

	/** Set from any thread as soon as the listener is to be told nothing more. */
	private volatile boolean silent;

	// From here on everything belongs to the coordinator's thread.

	private @Nullable Presence presence;

	private @Nullable RecordWatch records;

	private @Nullable ClusterView view;

	private boolean over;

	LocalSession(LocalThread thread, SessionListener listener, TimeSource time, Consumer<LocalSession> onEnd) {
		this.thread = thread;
		this.listener = listener;
		this.time = time;
		this.onEnd = onEnd;
		this.turns = new Turns(thread, this::turn);
	}

	/**
	 * Join. Called once, before anything else.
	 * @param joining finds the folder and registers the member
	 */
	void open(FileWork<Presence> joining) {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		stage.whenComplete((nothing, ex) -> {
			if (ex instanceof CoordinationException cause) {
				end(cause);
			}
		});
		this.thread.run(stage, () -> {
			Confirmation confirmation = confirmation();
			Presence presence = joining.run();
			this.presence = presence;
			this.records = RecordWatch.begin(presence.folder());
			this.turns.start();
			Neighbours.add(presence.folder(), this);
			tell((listener) -> listener.confirmed(confirmation));
			look(presence);
			Neighbours.wake(presence.folder(), this);
		});
	}

	private Confirmation confirmation() {
		return new Confirmation(this.time.nanoTime(), this.time.wallMillis(), Confirmation.UNLIMITED);
	}

	@Override
	public CompletionStage<Void> acquire() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		acquire(stage, MasterSeat.QUIET);
		return stage;
	}

	private void acquire(CompletableFuture<Void> stage, Duration patience) {
		this.thread.run(stage, () -> {
			Presence presence = present();
			if (!presence.seat().acquire(!patience.isNegative())) {
				this.thread.after(Turns.SHORT_INTERVAL, () -> acquire(stage, patience.minus(Turns.SHORT_INTERVAL)));
				return;
			}
			announce(presence);
			stage.complete(null);
		});
	}

	@Override
	public CompletionStage<Boolean> offer(String instanceId) {
		CompletableFuture<Boolean> stage = new CompletableFuture<>();
		this.thread.run(stage, () -> {
			Presence presence = present();
			presence.offers().make(instanceId, presence.seat().heldToken(), stage);
			announce(presence);
		});
		return stage;
	}

	@Override
	public CompletionStage<Void> withdraw(String instanceId) {
		return change((presence) -> presence.offers().withdraw(instanceId));
	}

	@Override
	public CompletionStage<Void> accept() {
		return change((presence) -> presence.offers().accept(presence.look()));
	}

	@Override
	public CompletionStage<Boolean> handOver(long token, String instanceId) {
		return this.thread.call(() -> {
			Presence presence = present();
			boolean done = presence.seat().handOver(token, instanceId);
			announce(presence);
			return done;
		});
	}

	@Override
	public CompletionStage<Void> release(long token) {
		return change((presence) -> presence.seat().release(token));
	}

	@Override
	public CompletionStage<Void> update(Member self) {
		return change((presence) -> presence.update(self));
	}

	@Override
	public void renew() {
		Confirmation confirmation = confirmation();
		this.thread.run(new CompletableFuture<>(), () -> {
			present();
			tell((listener) -> listener.confirmed(confirmation));
		});
	}

	@Override
	public CompletionStage<Void> leave() {
		this.silent = true;
		return this.thread.call(() -> {
			Presence presence = present();
			try {
				presence.leave();
			}
			finally {
				end(ended("has left"));
			}
		});
	}

	private CompletionStage<Void> change(Change change) {
		return this.thread.call(() -> {
			Presence presence = present();
			change.apply(presence);
			announce(presence);
		});
	}

	/** The member's presence. Fails if there is none any more. */
	private Presence present() throws IOException {
		Presence presence = this.presence;
		if (presence == null) {
			throw ended("has ended");
		}
		if (!presence.isIntact()) {
			CoordinationException cause = ended(
					"has ended because its files in '%s' have been removed".formatted(presence.folder()));
			end(cause);
			throw cause;
		}
		return presence;
	}

	private static CoordinationException ended(String how) {
		return new CoordinationException("The session " + how, null);
	}

	/** Show what this session has changed, to itself before the stage completes. */
	private void announce(Presence presence) throws IOException {
		look(presence);
		Neighbours.wake(presence.folder(), this);
	}

	private void look(Presence presence) throws IOException {
		Snapshot snapshot = presence.look();
		ClusterView former = this.view;
		long revision = (former != null) ? former.revision() : 0;
		ClusterView view = presence.view(snapshot, revision);
		if (!view.equals(former)) {
			ClusterView changed = view.withRevision(revision + 1);
			this.view = changed;
			tell((listener) -> listener.viewed(changed));
		}
	}

	private boolean turn() throws IOException {
		Presence presence = present();
		try {
			look(presence);
			hint();
		}
		catch (IOException ex) {
			present(); // which is over if the files have just been removed
			throw ex;
		}
		return presence.offers().arePending();
	}

	private void hint() throws IOException {
		RecordWatch watch = this.records;
		if (watch != null) {
			for (StoredRecord record : watch.look()) {
				tell((listener) -> listener.recordWritten(record.name(), record.version()));
			}
		}
	}

	/** Look soon. May be called from any thread. */
	void wake() {
		this.turns.wake();
	}

	private void tell(Consumer<SessionListener> news) {
		if (this.silent) {
			return;
		}
		try {
			news.accept(this.listener);
		}
		catch (RuntimeException ex) {
			log.error("A session listener has failed", ex);
		}
	}

	/** End the session: tell first, since the locks are what keeps others away. */
	void end(CoordinationException cause) {
		if (this.over) {
			return;
		}
		this.over = true;
		this.onEnd.accept(this);
		tell((listener) -> listener.ended(cause));
		this.silent = true;
		Presence presence = this.presence;
		this.presence = null;
		this.turns.stop();
		if (presence != null) {
			presence.offers().fail(cause);
			close(presence);
		}
	}

	private void close(Presence presence) {
		try {
			presence.close();
		}
		catch (IOException ex) {
			log.warn("A lock in '{}' could not be given back", presence.folder(), ex);
		}
		Neighbours.remove(presence.folder(), this);
		Neighbours.wake(presence.folder(), this);
	}

	/** Leave without having been asked to, because the coordinator is being closed. */
	void close() {
		Presence presence = this.presence;
		CoordinationException cause = ended("has ended because the coordinator was closed");
		tell((listener) -> listener.ended(cause));
		this.silent = true;
		try {
			if (presence != null) {
				presence.leave();
			}
		}
		catch (IOException | RuntimeException ex) {
			log.debug("Files left behind; others will remove them", ex);
		}
		end(cause);
	}

	/**
	 * A change that everybody sees.
	 */
	@FunctionalInterface
	private interface Change {

		void apply(Presence presence) throws IOException;

	}

}
