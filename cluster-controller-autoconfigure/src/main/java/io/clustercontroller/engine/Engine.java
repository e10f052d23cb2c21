package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.OperationRefusedException;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.CoordinationRefusedException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.engine.Decision.Action;
import io.clustercontroller.engine.Decision.RoleChange;
import io.clustercontroller.event.BecameActiveEvent;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.NoLongerActiveEvent;
import io.clustercontroller.event.RoleChangeCause;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single writer of what this instance is. Whatever happens, on whichever thread, is
 * turned into the next {@link Standing} on the loop's one thread.
 * <p>
 * A mastership ends in this order: the guard closes, the listeners run, and only when
 * they have returned, or their time is over, is it handed over or released.
 */
final class Engine {

	private static final Logger logger = LoggerFactory.getLogger(Engine.class);

	/** The pause after an attempt that led to nothing. */
	private static final Duration RETRY = Duration.ofMillis(250);

	private final Coordinator coordinator;

	private final EngineSettings settings;

	private final Function<Object, CompletionStage<?>> publisher;

	private final ScheduledExecutorService loop;

	private final TimeSource time;

	private final SessionKeeper keeper;

	private final CompletableFuture<Void> joined = new CompletableFuture<>();

	/** Written by the loop only, read by any thread. */
	private volatile Standing standing;

	private volatile @Nullable CoordinationException lastFailure;

	// the rest belongs to the loop's thread

	private ClusterView announced;

	private @Nullable ClusterView view;

	private long retired;

	private long vacantSince;

	private long retryAt;

	private boolean stopping;

	private long workDeadline;

	/** Done when the work of the last mastership has stopped and it is given away. */
	private CompletableFuture<?> relinquished = CompletableFuture.completedFuture(null);

	/** Done when nobody hands the mastership over. */
	private CompletableFuture<?> handOver = CompletableFuture.completedFuture(null);

	private @Nullable Action pending;

	private @Nullable ScheduledFuture<?> wakeUp;

	Engine(Member self, EngineSettings settings, Coordinator coordinator,
			Function<Object, CompletionStage<?>> publisher, ScheduledExecutorService loop, TimeSource time,
			RandomGenerator random) {
		this.standing = Standing.initial(self);
		this.announced = this.standing.view();
		this.settings = settings;
		this.coordinator = coordinator;
		this.publisher = publisher;
		this.loop = loop;
		this.time = time;
		this.retryAt = time.nanoTime();
		this.keeper = new SessionKeeper(coordinator, settings.ttl(), () -> this.standing.self(), new Signals(), loop,
				random);
	}

	Standing standing() {
		return this.standing;
	}

	/**
	 * Join the service and take part in the election.
	 * @return done when the first role is decided; fails with
	 * {@link CoordinationRefusedException} if it is no use to go on trying
	 */
	CompletableFuture<Void> start() {
		this.loop.execute(this.keeper::open);
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
		return CompletableFuture.supplyAsync(() -> beginHandOver(target), this.loop).thenCompose(Function.identity());
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
				this.publisher.apply(new BecameActiveEvent(this.standing.self().ports()));
			}
			else if (!silent.isEmpty() && state == MemberState.ACTIVE) {
				enter(MemberState.RUNNING);
				this.publisher.apply(new NoLongerActiveEvent(List.copyOf(silent)));
			}
		});
	}

	/**
	 * Stop: give up the mastership when its work has stopped, then leave.
	 * @return done when it is done, at the latest after the stop timeout; never fails
	 */
	CompletionStage<Void> stop() {
		return CompletableFuture.supplyAsync(this::beginStop, this.loop).thenCompose(Function.identity());
	}

	private CompletionStage<Void> beginStop() {
		this.stopping = true;
		this.workDeadline = this.time.nanoTime() + this.settings.workLimit().toNanos();
		enter(MemberState.STOPPING);
		return Bounded.by(workLimit(), this.handOver, null, this.loop).thenCompose((done) -> {
			if (this.standing.self().role() == Role.MASTER) {
				relinquish(findSuccessor(successors()), RoleChangeCause.STOPPING);
			}
			return Bounded.by(workLimit().plus(this.settings.leaveLimit()), this.relinquished, null, this.loop);
		})
			.thenCompose((done) -> Bounded.by(this.settings.leaveLimit(), this.keeper.leave(), null, this.loop))
			.thenAccept((done) -> end());
	}

	private void end() {
		cancelWakeUp();
		this.view = null;
		become(this.standing.withSelf(this.standing.self().withState(MemberState.TERMINATED)).withDeadline(null));
		logger.info("Left service '{}'", this.standing.self().service());
	}

	private CompletionStage<Void> beginHandOver(@Nullable String target) {
		if (!this.standing.isMaster(this.time)) {
			throw new OperationRefusedException("This instance is not master of its service.");
		}
		if (!this.handOver.isDone() || this.stopping) {
			throw new OperationRefusedException("The mastership is being handed over already.");
		}
		List<String> candidates = (target != null) ? List.of(checkSuccessor(target)) : successors();
		if (candidates.isEmpty()) {
			throw new OperationRefusedException("No other member can take over; this instance stays master.");
		}
		CompletableFuture<Void> result = findSuccessor(candidates).thenComposeAsync((successor) -> {
			if (successor.isEmpty()) {
				throw new OperationRefusedException(
						"Nobody asked has answered in time (%s); this instance stays master.".formatted(candidates));
			}
			if (!this.standing.isMaster(this.time)) {
				throw new OperationRefusedException("The mastership was lost meanwhile.");
			}
			return relinquish(CompletableFuture.completedStage(successor),
					(target != null) ? RoleChangeCause.HANDED_OVER : RoleChangeCause.STEPPED_DOWN);
		}, this.loop).toCompletableFuture();
		this.handOver = result;
		result.whenCompleteAsync((done, failure) -> step(), this.loop);
		return result;
	}

	private String checkSuccessor(String target) {
		Member self = this.standing.self();
		if (target.equals(self.instanceId())) {
			throw new OperationRefusedException("This instance is master already.");
		}
		Member member = this.standing.view()
			.member(target)
			.orElseThrow(() -> new OperationRefusedException(
					"Service '%s' has no member '%s'.".formatted(self.service(), target)));
		if (!Election.isEligible(member)) {
			throw new OperationRefusedException("Member '%s' cannot be master: priority %d, state %s.".formatted(target,
					member.priority(), member.state()));
		}
		return target;
	}

	private List<String> successors() {
		return Election.candidates(this.standing.others()).stream().map(Member::instanceId).toList();
	}

	private CompletionStage<Optional<String>> findSuccessor(List<String> candidates) {
		Session session = this.keeper.session();
		return (session != null) ? new Succession(session, candidates, this.loop).find()
				: CompletableFuture.completedStage(Optional.empty());
	}

	/** Become slave, then pass the mastership on to the successor, or else release it. */
	private CompletionStage<Void> relinquish(CompletionStage<Optional<String>> successor, RoleChangeCause cause) {
		long token = this.standing.token();
		Session session = this.keeper.session();
		CompletableFuture<?> stopped = becomeSlave(new RoleChange(Role.SLAVE, token, cause));
		CompletableFuture<Void> result = stopped.thenCombine(successor, (done, found) -> found)
			.thenComposeAsync((found) -> (session != null && found.isPresent())
					? Bounded.by(this.settings.leaveLimit(), session.handOver(token, found.get()), false, this.loop)
					: CompletableFuture.completedStage(false), this.loop)
			.thenAccept((handedOver) -> logger.debug("Mastership with token {} {}", token,
					handedOver ? "handed over" : "open to all"));
		this.relinquished = result;
		result.thenRunAsync(this::step, this.loop);
		return result;
	}

	private void step() {
		if (this.standing.self().state() == MemberState.TERMINATED) {
			return;
		}
		Decision decision = Election.decide(situation());
		while (decision.change() != null) {
			apply(decision.change());
			decision = Election.decide(situation());
		}
		if (decision.action() != null) {
			perform(decision.action());
		}
		announce();
		wakeUpIn(decision.wakeUpIn());
	}

	private Situation situation() {
		return new Situation(this.standing, this.view, this.retired, !this.stopping, !this.relinquished.isDone(),
				this.vacantSince, this.retryAt, this.time.nanoTime(), this.time.wallMillis());
	}

	private void apply(RoleChange change) {
		if (change.role() == Role.MASTER) {
			becomeMaster(change);
		}
		else if (this.standing.roleDecided()) {
			this.relinquished = becomeSlave(change);
			this.relinquished.thenRunAsync(this::step, this.loop);
		}
		else {
			becomeSlave(change);
		}
		if (!this.joined.isDone()) {
			enter(MemberState.RUNNING);
			if (this.standing.self().ports().isEmpty()) {
				reportPorts(List.of());
			}
			this.joined.complete(null);
		}
	}

	private void becomeMaster(RoleChange change) {
		logger.info("Became master of service '{}' with token {} ({})", this.standing.self().service(), change.token(),
				change.cause());
		become(this.standing.withRole(Role.MASTER, change.token()));
		this.publisher.apply(new BecameMasterEvent(change.token(), change.cause(), now()));
	}

	/**
	 * @return done when all listeners have returned, or their time is over
	 */
	private CompletableFuture<?> becomeSlave(RoleChange change) {
		logger.info("Became slave of service '{}', token {} ({})", this.standing.self().service(), change.token(),
				change.cause());
		if (this.standing.self().role() == Role.MASTER) {
			this.retired = Math.max(this.retired, change.token());
		}
		become(this.standing.withRole(Role.SLAVE, change.token()));
		CompletionStage<?> heard = this.publisher.apply(new BecameSlaveEvent(change.token(), change.cause(), now()));
		return Bounded.by(workLimit(), heard.thenApply((done) -> null), null, this.loop);
	}

	/**
	 * How long the work of a mastership may take to stop; less and less during a stop.
	 */
	private Duration workLimit() {
		return this.stopping ? Duration.ofNanos(Math.max(0, this.workDeadline - this.time.nanoTime()))
				: this.settings.workLimit();
	}

	private Instant now() {
		return Instant.ofEpochMilli(this.time.wallMillis());
	}

	private void perform(Action action) {
		Session session = this.keeper.session();
		if (session == null || this.pending != null) {
			return;
		}
		if (action == Action.RENEW) {
			session.renew();
			return;
		}
		this.pending = action;
		this.retryAt = this.time.nanoTime() + RETRY.toNanos();
		Bounded.by(this.settings.ttl(), ask(session, action), null, this.loop).thenRun(() -> {
			this.pending = null;
			step();
		});
	}

	private CompletionStage<Void> ask(Session session, Action action) {
		Mastership mastership = (this.view != null) ? this.view.mastership() : null;
		if (action == Action.RELEASE && mastership != null) {
			return session.release(mastership.token());
		}
		return (action == Action.ACCEPT) ? session.accept() : session.acquire();
	}

	private void enter(MemberState state) {
		become(this.standing.withSelf(this.standing.self().withState(state)));
		logger.info("Instance '{}' is {}", this.standing.self().instanceId(), state);
		Session session = this.keeper.session();
		if (session != null) {
			session.update(this.standing.self());
		}
	}

	private void become(Standing next) {
		this.standing = next.withView(seen(next));
	}

	/**
	 * The view as applications see it. Nobody is master of whom that is not known; this
	 * instance is exactly when it acts as one.
	 */
	private ClusterView seen(Standing next) {
		ClusterView last = (this.view != null) ? this.view : next.view();
		Mastership mastership = (this.view != null) ? this.view.mastership() : null;
		Member self = next.self();
		if (mastership != null && mastership.instanceId().equals(self.instanceId()) && self.role() != Role.MASTER) {
			mastership = null;
		}
		return new ClusterView(last.revision(), mastership, last.members(), false);
	}

	/**
	 * Tell what has changed in the view, after the first role and not amidst a hand-over.
	 */
	private void announce() {
		ClusterView current = this.standing.view();
		boolean passing = current.mastership() == null && (!this.handOver.isDone() || !this.relinquished.isDone());
		if (this.standing.roleDecided() && !passing && !this.stopping) {
			ViewChanges.between(this.announced, current, this.standing.self().instanceId())
				.forEach(this.publisher::apply);
			this.announced = current;
		}
	}

	private void wakeUpIn(long nanos) {
		cancelWakeUp();
		if (nanos != Decision.NEVER) {
			this.wakeUp = this.loop.schedule(this::step, nanos, TimeUnit.NANOSECONDS);
		}
	}

	private void cancelWakeUp() {
		if (this.wakeUp != null) {
			this.wakeUp.cancel(false);
		}
	}

	/** What the session tells; called on the loop's thread. */
	private final class Signals implements SessionListener {

		@Override
		public void confirmed(Confirmation confirmation) {
			become(Engine.this.standing.withDeadline(Deadline.of(confirmation, Engine.this.settings.stepDownMargin())));
			step();
		}

		@Override
		public void viewed(ClusterView next) {
			ClusterView previous = Engine.this.view;
			if (previous == null) {
				logger.info("Joined service '{}' in '{}' as '{}' through {}; {} member(s)",
						Engine.this.standing.self().service(), Engine.this.standing.self().environment(),
						Engine.this.standing.self().instanceId(), Engine.this.coordinator.description(),
						next.members().size());
			}
			if (next.mastership() == null && (previous == null || previous.mastership() != null)) {
				Engine.this.vacantSince = Engine.this.time.nanoTime();
			}
			Engine.this.view = next;
			become(Engine.this.standing);
			step();
		}

		@Override
		public void ended(CoordinationException cause) {
			if (Engine.this.view != null || Engine.this.lastFailure == null) {
				logger.warn("No session with {}; trying again until there is one: {}",
						Engine.this.coordinator.description(), cause.getMessage());
			}
			Engine.this.lastFailure = cause;
			Engine.this.view = null;
			become(Engine.this.standing.withDeadline(null));
			step();
			if (cause instanceof CoordinationRefusedException) {
				Engine.this.joined.completeExceptionally(cause);
			}
		}

	}

}
