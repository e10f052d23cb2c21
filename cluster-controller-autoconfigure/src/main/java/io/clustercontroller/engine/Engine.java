package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import io.clustercontroller.ClusterTimings;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.OperationRefusedException;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterObserver;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.CoordinationRefusedException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Deadline;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.coordination.RecordListener;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.engine.Decision.RoleChange;
import io.clustercontroller.event.BecameActiveEvent;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.ClusterEvents;
import io.clustercontroller.event.NoLongerActiveEvent;
import io.clustercontroller.event.StoppingEvent;
import org.jspecify.annotations.Nullable;

/**
 * The single writer of what this instance is. Whatever happens, on whichever thread, is
 * turned into the next {@link Standing} on the loop's one thread.
 * <p>
 * A mastership ends in this order: the guard closes, the listeners run, and only when
 * they have returned, or their time is over, is it handed over or released.
 */
final class Engine {

	private final ClusterTimings timings;

	private final ClusterEvents events;

	private final RecordListener records;

	private final ScheduledExecutorService loop;

	private final TimeSource time;

	private final SessionKeeper keeper;

	private final SessionRequests requests;

	private final HandOver handOver;

	private final PreferredReturn preferred;

	private final PauseNews pauses;

	private final EngineLog log;

	private final CompletableFuture<Void> joined = new CompletableFuture<>();

	/** Written by the loop only, read by any thread. */
	private volatile Standing standing;

	private volatile @Nullable CoordinationException lastFailure;

	// the rest belongs to the loop's thread

	private Candidacy candidacy;

	private ClusterView announced;

	private @Nullable ClusterView view;

	private long retired;

	private long vacantSince;

	private long standBackUntil;

	private final Vacancy vacancy = new Vacancy();

	private boolean stopping;

	private boolean leaving;

	private @Nullable CompletableFuture<Void> workStop;

	private long workDeadline;

	private @Nullable ScheduledFuture<?> wakeUp;

	Engine(Member self, ClusterTimings timings, Candidacy candidacy, Coordinator coordinator, ClusterEvents events,
			RecordListener records, ClusterObserver observer, ScheduledExecutorService loop, TimeSource time,
			RandomGenerator random) {
		this.candidacy = candidacy;
		this.standing = Standing.initial(candidacy.declare(self));
		this.announced = this.standing.view();
		this.timings = timings;
		this.events = events;
		this.records = records;
		this.loop = loop;
		this.time = time;
		this.standBackUntil = time.nanoTime();
		this.log = new EngineLog(self, coordinator);
		this.keeper = new SessionKeeper(coordinator, timings.ttl(), () -> this.standing.self(), new Signals(), observer,
				loop, random);
		this.requests = new SessionRequests(timings.ttl(), loop, time, this::step);
		this.handOver = new HandOver(this, this.keeper, timings.leaveLimit(), loop);
		this.preferred = new PreferredReturn(candidacy.returnAfter());
		this.pauses = new PauseNews(this.log);
	}

	Standing standing() {
		return this.standing;
	}

	boolean isMaster() {
		return this.standing.isMaster(this.time);
	}

	/**
	 * Join the service and take part in the election.
	 * @return done when the first role is decided; fails with
	 * {@link CoordinationRefusedException} if it is no use to go on trying
	 */
	CompletableFuture<Void> start() {
		this.loop.execute(() -> {
			this.log.starts(this.timings);
			this.keeper.open();
		});
		return this.joined;
	}

	/** Why the last session ended, or {@code null} if none has. Any thread may ask. */
	@Nullable CoordinationException lastFailure() {
		return this.lastFailure;
	}

	/**
	 * Hand the mastership over.
	 * @param target the member to hand it to, or {@code null} for the best candidate
	 * @return done when it is handed over; fails with {@link OperationRefusedException}
	 */
	CompletionStage<Void> handOver(@Nullable String target) {
		return CompletableFuture.supplyAsync(() -> {
			if (this.stopping) {
				throw new OperationRefusedException("This instance is stopping.");
			}
			return this.handOver.begin(target);
		}, this.loop).thenCompose(Function.identity());
	}

	/**
	 * Make a request of the session with the given number.
	 * @return its answer; fails with {@link CoordinationException} if that session is not
	 * the present one
	 */
	<T> CompletionStage<T> inSession(long number, Function<Session, CompletionStage<T>> request) {
		try {
			return CompletableFuture.supplyAsync(() -> {
				Session session = this.keeper.session();
				if (session == null || this.keeper.number() != number) {
					throw new CoordinationException("the session has ended", null);
				}
				return request.apply(session);
			}, this.loop).thenCompose(Function.identity());
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedStage(new CoordinationException("this instance has left", ex));
		}
	}

	/**
	 * Report whether the service does its work.
	 * @param silent the expected ports that do not answer; none if it does
	 */
	void reportPorts(List<Integer> silent) {
		this.loop.execute(() -> {
			MemberState state = this.standing.self().state();
			if (silent.isEmpty() && state == MemberState.RUNNING) {
				enter(MemberState.ACTIVE);
				this.events.publish(new BecameActiveEvent(this.standing.self().ports()));
				step();
			}
			else if (!silent.isEmpty() && state == MemberState.ACTIVE) {
				enter(MemberState.RUNNING);
				this.events.publish(new NoLongerActiveEvent(List.copyOf(silent)));
			}
		});
	}

	/** Stand for election, or no longer. A master stays master. */
	void setEligible(boolean eligible) {
		this.loop.execute(() -> {
			this.candidacy = this.candidacy.withEligible(eligible);
			publish(this.standing.self());
			step();
		});
	}

	/**
	 * Say that this instance is about to stop, so that nobody hands anything over to it.
	 * The time of the stop counts from here.
	 */
	void announceStop() {
		this.loop.execute(this::beginStopping);
	}

	/**
	 * Stop: give up the mastership when its work has stopped, then leave.
	 * @return done when it is done, at the latest after the stop timeout; never fails
	 */
	CompletionStage<Void> stop() {
		// without the loop, what follows a step already done would run on the caller's
		// thread
		return CompletableFuture.runAsync(() -> {
			beginStopping();
			this.leaving = true;
		}, this.loop)
			.thenComposeAsync((done) -> this.handOver.beforeLeaving(), this.loop)
			.thenComposeAsync((done) -> Bounded.by(this.timings.leaveLimit(), this.keeper.leave(), null, this.loop),
					this.loop)
			.thenAcceptAsync((done) -> end(), this.loop);
	}

	private void beginStopping() {
		if (!this.stopping) {
			this.stopping = true;
			this.workDeadline = this.time.nanoTime() + this.timings.workLimit().toNanos();
			enter(MemberState.STOPPING);
		}
	}

	private void end() {
		wakeUpIn(Decision.NEVER);
		this.view = null;
		become(this.standing.withSelf(this.standing.self().withState(MemberState.TERMINATED)).withoutDeadline());
		this.log.left();
	}

	/**
	 * How long the work of a mastership may take to stop; less and less during a stop.
	 */
	Duration workLimit() {
		if (!this.stopping) {
			return this.timings.workLimit();
		}
		// whatever the application has used of the time before, the listeners get some
		long remaining = this.workDeadline - this.time.nanoTime();
		return Duration.ofNanos(Math.max(remaining, this.timings.leaveLimit().toNanos()));
	}

	/** Leave elections to the others for a while, and come last. */
	void standBack() {
		this.standBackUntil = this.time.nanoTime() + Election.standBack(this.timings.ttl()).toNanos();
	}

	boolean isPaused() {
		return situation().isPaused();
	}

	/** Decide what is next, and do it. */
	void step() {
		if (this.standing.self().state() == MemberState.TERMINATED) {
			return;
		}
		// whatever goes wrong, there is a next time
		wakeUpIn(Election.CLOCK_CHECK.toNanos());
		if (this.pauses.follow(situation())) {
			this.vacantSince = this.time.nanoTime();
		}
		Decision decision = Election.decide(situation());
		while (decision.change() != null) {
			apply(decision.change());
			decision = Election.decide(situation());
		}
		if (decision.action() != null) {
			this.requests.make(decision.action(), this.keeper.session(), seenToken());
		}
		returnToPreferred();
		announce();
		wakeUpIn(decision.wakeUpIn());
	}

	private Situation situation() {
		long now = this.time.nanoTime();
		return new Situation(this.standing, this.view, this.retired, !this.stopping, this.handOver.isWorkStopping(),
				this.vacantSince, now - this.standBackUntil < 0, this.requests.retryAt(), now, this.time.wallMillis());
	}

	private void returnToPreferred() {
		Optional<Member> due = this.preferred.due(situation());
		if (due.isPresent() && !this.handOver.isUnderWay()) {
			this.preferred.tried(this.time.nanoTime());
			this.handOver.returnTo(due.get());
		}
	}

	private void apply(RoleChange change) {
		boolean first = !this.standing.roleDecided();
		if (change.role() == Role.MASTER) {
			becomeMaster(change);
		}
		else {
			Duration margin = marginLeft();
			CompletableFuture<Void> heard = becomeSlave(change);
			if (!first) {
				this.handOver.workStopsWith(CompletableFuture.allOf(heard, after(margin)));
			}
		}
		if (first && !this.stopping) {
			enter(MemberState.RUNNING);
		}
		this.joined.complete(null);
	}

	/**
	 * What is left of the margin that the work has to stop in after a deadline. If the
	 * coordinator answers again meanwhile, the mastership is not released before it is
	 * over: nobody else may be master within it.
	 */
	private Duration marginLeft() {
		Deadline deadline = this.standing.deadline();
		long now = this.time.nanoTime();
		if (deadline == null || !deadline.isOver(now)) {
			return Duration.ZERO;
		}
		return Duration.ofNanos(deadline.stepDownAt() - now).plus(this.timings.stepDownMargin());
	}

	/** Done after a while, at once if that is over. */
	private CompletableFuture<Void> after(Duration pause) {
		return Bounded.by(pause, new CompletableFuture<>(), null, this.loop);
	}

	private void becomeMaster(RoleChange change) {
		Instant now = now();
		become(this.standing.withRole(Role.MASTER, change.token(), now));
		// first: a slow log must not hold up the listeners
		this.events.publish(new BecameMasterEvent(change.token(), change.cause(), now));
		this.log.becameMaster(change, this.vacancy.beforeMaster());
	}

	/**
	 * Close the guard, and tell the listeners.
	 * @return done when all have returned, or their time is over
	 */
	CompletableFuture<Void> becomeSlave(RoleChange change) {
		if (this.standing.self().role() == Role.MASTER) {
			this.retired = Math.max(this.retired, change.token());
		}
		boolean unconfirmed = situation().isDeadlineOver();
		Instant now = now();
		become(this.standing.withRole(Role.SLAVE, change.token(), now));
		CompletableFuture<Void> heard = heard(new BecameSlaveEvent(change.token(), change.cause(), now));
		this.log.becameSlave(change, this.standing.view().mastership(), unconfirmed);
		return this.leaving ? CompletableFuture.allOf(heard, stopWork()) : heard;
	}

	/**
	 * Tell the listeners, once, that this instance leaves.
	 * @return done when all have returned, or their time is over
	 */
	CompletableFuture<Void> stopWork() {
		if (this.workStop == null) {
			this.workStop = heard(new StoppingEvent(now(), workLimit()));
		}
		return this.workStop;
	}

	private CompletableFuture<Void> heard(Object event) {
		return Bounded.by(workLimit(), this.events.publish(event).thenAccept((done) -> {
		}), null, this.loop);
	}

	private Instant now() {
		return Instant.ofEpochMilli(this.time.wallMillis());
	}

	private long seenToken() {
		Mastership mastership = (this.view != null) ? this.view.mastership() : null;
		return (mastership != null) ? mastership.token() : 0;
	}

	private void enter(MemberState state) {
		this.log.entered(state);
		publish(this.standing.self().withState(state));
	}

	private void publish(Member self) {
		become(this.standing.withSelf(this.candidacy.declare(self)));
		Session session = this.keeper.session();
		if (session != null) {
			session.update(this.standing.self());
		}
	}

	private void become(Standing next) {
		ClusterView seen = seen(next);
		this.vacancy.see(seen.mastership(), this.view != null, this.time.nanoTime());
		this.standing = next.withView(seen);
	}

	/**
	 * The view as applications see it. Nobody is master of whom that is not known; this
	 * instance is exactly when it acts as one.
	 */
	private ClusterView seen(Standing next) {
		ClusterView last = (this.view != null) ? this.view : next.view();
		Mastership mastership = (this.view != null) ? this.view.mastership() : null;
		Member self = next.self();
		if (mastership != null && (mastership.instanceId().equals(self.instanceId()) ? self.role() != Role.MASTER
				: last.master().isEmpty())) {
			mastership = null;
		}
		if (mastership == last.mastership() && !last.offered()) {
			return last;
		}
		return new ClusterView(last.revision(), mastership, last.members(), false, last.pause());
	}

	/**
	 * Tell what has changed in the view, after the first role and not amidst a hand-over.
	 */
	private void announce() {
		ClusterView current = this.standing.view();
		boolean passing = current.mastership() == null && this.handOver.isUnderWay();
		if (this.standing.roleDecided() && !passing && !this.stopping) {
			this.log.sawMaster(current.mastership(), this.vacancy.beforeMaster());
			ViewChanges.between(this.announced, current, this.vacancy.beforeMaster(), this.standing.self().instanceId())
				.forEach(this.events::publish);
			this.announced = current;
		}
	}

	private void wakeUpIn(long nanos) {
		if (this.wakeUp != null) {
			this.wakeUp.cancel(false);
		}
		this.wakeUp = (nanos != Decision.NEVER) ? this.loop.schedule(this::step, nanos, TimeUnit.NANOSECONDS) : null;
	}

	/** What the session tells; called on the loop's thread, but for hints. */
	private final class Signals implements SessionListener {

		@Override
		public void confirmed(Confirmation confirmation) {
			Engine engine = Engine.this;
			engine.log.confirmed(engine.view != null);
			engine.become(engine.standing.withSession(engine.keeper.number())
				.withDeadline(Deadline.of(confirmation, engine.timings.stepDownMargin())));
			engine.step();
		}

		@Override
		public void doubted(CoordinationException cause) {
			Engine engine = Engine.this;
			engine.log.doubted(cause, engine.standing, engine.time.nanoTime());
		}

		@Override
		public void viewed(ClusterView next) {
			Engine engine = Engine.this;
			ClusterView previous = engine.view;
			if (previous == null) {
				engine.log.joined(next);
			}
			if (next.mastership() == null && (previous == null || previous.mastership() != null)) {
				engine.vacantSince = engine.time.nanoTime();
			}
			engine.view = next;
			engine.become(engine.standing);
			engine.handOver.viewed(next);
			engine.step();
		}

		@Override
		public void ended(CoordinationException cause) {
			Engine engine = Engine.this;
			engine.log.ended(cause, engine.view != null);
			engine.lastFailure = cause;
			engine.view = null;
			engine.become(engine.standing.withoutDeadline());
			engine.step();
			// what the old session held the next one does not hold; tokens may begin anew
			engine.retired = 0;
			if (cause instanceof CoordinationRefusedException) {
				engine.joined.completeExceptionally(cause);
			}
		}

		@Override
		public void recordWritten(String name, long version) {
			Engine.this.records.recordWritten(name, version);
		}

	}

}
