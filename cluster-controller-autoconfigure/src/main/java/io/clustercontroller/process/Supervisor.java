package io.clustercontroller.process;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterTimings;
import io.clustercontroller.OperationRefusedException;
import io.clustercontroller.Role;
import io.clustercontroller.command.CommandException;
import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.ClusterEvents;
import io.clustercontroller.event.ProcessExitedEvent;
import io.clustercontroller.event.ProcessStartedEvent;
import io.clustercontroller.process.ProcessProperties.OnRoleChange;
import io.clustercontroller.process.ProcessProperties.RunOn;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps the service process as the role of this instance wants it: runs it or not, tells
 * it of each new role, starts it again when it has failed, stops it.
 * <p>
 * All happens on one thread, which is no daemon: a JVM whose service has ended lives
 * until it is decided what comes next. Whatever happens, {@link #step()} compares what is
 * with what should be and does the next thing.
 */
final class Supervisor implements ServiceProcess, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Supervisor.class);

	/**
	 * Parts of a limit: one is for a kill, and of the margin one to doubt in, two to stop
	 * in; less than one of it is not worth a start.
	 */
	private static final int QUARTERS = 4;

	/** Sessions without an end need no watching, and no limit that could overflow. */
	private static final Duration UNLIMITED = Duration.ofDays(1);

	/** What a kill and the end of the output may take of the time for a stop. */
	private static final Duration KILL_RESERVE = Duration.ofMillis(500);

	/** How long who asks for something waits for the thread, which does not block. */
	private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

	private final ProcessProperties properties;

	private final ServiceLauncher launcher;

	private final ClusterController cluster;

	private final ClusterTimings timings;

	private final ClusterEvents events;

	private final IntConsumer endApplication;

	private final TimeSource time;

	private final Restarts restarts;

	private final LoopThread loop = new LoopThread("cluster-process", false);

	private final RoleTeller teller;

	private final CompletableFuture<Void> begun = new CompletableFuture<>();

	private final CompletableFuture<Integer> over = new CompletableFuture<>();

	private volatile boolean spent;

	/** Written by the loop only, read by any thread. */
	private volatile Status status = Status.NONE;

	// the rest belongs to the loop's thread

	private boolean ready;

	private boolean stopping;

	/** The nano time by which all has to be gone, when this instance stops. */
	private @Nullable Long stopBy;

	/** The nano time by which the service has to be as its new role wants it. */
	private @Nullable Long settleBy;

	private @Nullable RoleNews news;

	private final MastershipDoubt doubt;

	private @Nullable Launched service;

	private long retryAt;

	private final List<CompletableFuture<Void>> settling = new ArrayList<>();

	Supervisor(ProcessProperties properties, ServiceLauncher launcher, ClusterController cluster,
			ClusterTimings timings, ClusterEvents events, IntConsumer endApplication, Restarts restarts,
			TimeSource time) {
		this.properties = properties;
		this.launcher = launcher;
		this.cluster = cluster;
		this.timings = timings;
		this.events = events;
		this.endApplication = endApplication;
		this.restarts = restarts;
		this.time = time;
		this.teller = new RoleTeller(launcher, properties.roleCommandTimeout(), events, this.loop);
		this.doubt = new MastershipDoubt(timings.stepDownMargin().dividedBy(QUARTERS));
		this.retryAt = time.nanoTime();
	}

	/**
	 * Begin: what has to be there before the service is.
	 * @return done when the first role has been heard and the service runs, unless it is
	 * not for that role; fails with {@link CommandException} if it cannot be started
	 */
	CompletableFuture<Void> begin() {
		Duration tick = this.timings.stepDownMargin().dividedBy(2 * QUARTERS);
		// before the first tick: the role may be known already, and nothing else would
		// wake it up
		this.loop.execute(() -> this.ready = true);
		this.loop.scheduleWithFixedDelay(this::tick, 0, tick.toNanos(), TimeUnit.NANOSECONDS);
		return this.begun;
	}

	/** The session was lost; acts on it at once, and returns at once. */
	void sessionLost(long token) {
		this.loop.execute(() -> lost(token));
	}

	/**
	 * This instance has another role.
	 * @param limit how long the cluster waits for the service
	 * @return done when the service is as it should be in that role
	 */
	CompletableFuture<Void> roleChanged(Role role, long token, Duration limit) {
		CompletableFuture<Void> settled = new CompletableFuture<>();
		this.loop.execute(() -> {
			this.news = new RoleNews(role, token);
			this.settleBy = end(limit);
			this.settling.add(settled);
			step();
		});
		return settled;
	}

	/**
	 * Stop the service, for good.
	 * @return done when no process of it is left, with the exit code that it stands for
	 */
	CompletableFuture<Integer> stop(Duration limit) {
		this.spent = true;
		this.loop.execute(() -> {
			boolean due = isWanted();
			this.stopping = true;
			this.stopBy = end(limit);
			if (this.service == null) {
				// how it was stopped for a role of the past says nothing about this end
				this.over.complete(lastExit().filter((exit) -> due && !exit.stopped())
					.map(ProcessExitedEvent::exitCode)
					.orElse(0));
			}
			step();
		});
		return this.over;
	}

	/** The nano time of the kill that leaves time for the rest. */
	private long end(Duration limit) {
		Duration quarter = limit.dividedBy(QUARTERS);
		Duration reserve = (quarter.compareTo(KILL_RESERVE) < 0) ? quarter : KILL_RESERVE;
		return this.time.nanoTime() + limit.minus(reserve).toNanos();
	}

	@Override
	public void close() {
		this.loop.shutdownNow();
	}

	@Override
	public OptionalLong pid() {
		long pid = this.status.pid();
		return (pid != 0) ? OptionalLong.of(pid) : OptionalLong.empty();
	}

	@Override
	public Optional<Instant> startedAt() {
		return Optional.ofNullable(this.status.startedWhen());
	}

	@Override
	public Duration uptime() {
		Status status = this.status;
		return (status.pid() != 0) ? Duration.ofNanos(this.time.nanoTime() - status.startedAt()) : Duration.ZERO;
	}

	@Override
	public int restarts() {
		return Math.max(0, this.status.starts() - 1);
	}

	@Override
	public Optional<ProcessExitedEvent> lastExit() {
		return Optional.ofNullable(this.status.lastExit());
	}

	@Override
	public void restart() {
		CompletableFuture<Void> answer = new CompletableFuture<>();
		try {
			this.loop.execute(() -> restart(answer));
			answer.get(ANSWER_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			throw new OperationRefusedException("The service does not run: this instance has stopped.");
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof OperationRefusedException refused) ? refused
					: new IllegalStateException("The service could not be restarted", ex.getCause());
		}
		catch (InterruptedException | TimeoutException ex) {
			if (ex instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			// one that has not begun by now does not begin later on
			answer.cancel(false);
			if (answer.isCompletedExceptionally()) {
				throw new IllegalStateException("The service is not restarted: there was no answer", ex);
			}
		}
	}

	/** The pid while it runs and is to go on, or else 0. Any thread may ask. */
	long steadyPid() {
		Status status = this.status;
		return status.stopping() ? 0 : status.pid();
	}

	/** Whether it has had its run, or is about to. Any thread may ask. */
	boolean isSpent() {
		return this.spent;
	}

	private void tick() {
		try {
			step();
		}
		catch (RuntimeException ex) {
			logger.error("Supervising the service goes on after an unexpected failure", ex);
		}
	}

	private void step() {
		if (this.over.isDone()) {
			settle();
			return;
		}
		watchMastership();
		Launched service = this.service;
		if (service == null) {
			if (this.stopping) {
				end();
			}
			else if (isWanted() && isRoleCertain() && isWorthStarting() && this.time.nanoTime() - this.retryAt >= 0) {
				launch(Objects.requireNonNull(this.news));
			}
		}
		else if (!isWanted()) {
			stop(service, endOfStop());
		}
		else if (!service.isStopping() && this.news != null && !this.news.equals(service.told())) {
			tell(service, this.news);
		}
		if (isSettled()) {
			settle();
		}
	}

	private void restart(CompletableFuture<Void> answer) {
		Launched service = this.service;
		if (service == null || !isWanted()) {
			answer.completeExceptionally(new OperationRefusedException(this.stopping
					? "The service is being stopped, as this instance is." : "The service does not run at present."));
		}
		else if (service.isStopping()) {
			answer.completeExceptionally(new OperationRefusedException("The service is being stopped already."));
		}
		else if (service.isBusy()) {
			answer.completeExceptionally(
					new OperationRefusedException("The service is being told of its role; try again when it knows."));
		}
		else if (answer.complete(null)) {
			logger.info("The service is restarted, as somebody has asked for it");
			stop(service, endOfStop());
		}
	}

	private boolean isWanted() {
		return this.ready && !this.stopping && !this.doubt.isLoss() && this.news != null
				&& this.properties.runOn().includes(this.news.role());
	}

	/** Whether the role heard last still is the one; it may have been lost since. */
	private boolean isRoleCertain() {
		return this.news == null || this.news.role() == Role.SLAVE
				|| this.cluster.fencingToken().equals(this.news.fencingToken());
	}

	/**
	 * At the end of a session its guard would end it at once, and one that does not obey
	 * would live on after it. The session is confirmed anew soon, or lost.
	 */
	private boolean isWorthStarting() {
		Duration lifetime = lifetime();
		return lifetime == null || lifetime.compareTo(this.timings.stepDownMargin().dividedBy(QUARTERS)) > 0;
	}

	private boolean isSettled() {
		Launched service = this.service;
		if (!this.ready) {
			return true;
		}
		return (service != null) ? isWanted() && !service.isBusy() && service.told().equals(this.news)
				: !isWanted() || this.time.nanoTime() - this.retryAt < 0;
	}

	private void settle() {
		if (this.ready && this.news != null || this.over.isDone()) {
			this.begun.complete(null);
		}
		this.settleBy = null;
		this.settling.forEach((settled) -> settled.complete(null));
		this.settling.clear();
	}

	/**
	 * A service for the master only must not outlive the session. Should this JVM be
	 * frozen, the guard process ends it.
	 */
	private void watchMastership() {
		if (this.properties.runOn() != RunOn.MASTER) {
			return;
		}
		long now = this.time.nanoTime();
		Duration remaining = this.cluster.sessionRemaining();
		if (this.service != null) {
			keepOrGiveUp(this.service, remaining, now);
		}
		if (this.doubt.becomesLoss(isRoleCertain(), remaining, now) && this.service != null) {
			logger.warn("Nobody confirms that this instance still is master; its service stops");
			// not from when the doubt began, which an orderly stop does long before
			stop(this.service, now + this.timings.stepDownMargin().dividedBy(2).toNanos());
		}
	}

	/**
	 * One that its guard is ending cannot be kept any more, even if the session lives.
	 */
	private void keepOrGiveUp(Launched service, Duration remaining, long now) {
		if (service.isAbandoned(now)) {
			stop(service, now + this.timings.lossLimit().toNanos());
		}
		else if (!remaining.isZero()) {
			service.keepFor(remaining, now);
		}
	}

	private void lost(long token) {
		if (this.news != null && this.news.token() != token) {
			// what came after it has been heard already
			return;
		}
		this.news = new RoleNews(Role.SLAVE, token);
		if (this.service != null && !isWanted()) {
			// another one may be master when the margin is over
			stop(this.service, this.doubt.since(this.time.nanoTime()) + this.timings.lossLimit().toNanos());
		}
		step();
	}

	/** How long a service may live that nobody keeps alive, or {@code null}. */
	private @Nullable Duration lifetime() {
		Duration remaining = this.cluster.sessionRemaining();
		return (this.properties.runOn() == RunOn.MASTER && remaining.compareTo(UNLIMITED) < 0) ? remaining : null;
	}

	private void launch(RoleNews news) {
		try {
			Status last = this.status;
			Launched launched = this.launcher.launch(news, lifetime(), this.time.nanoTime());
			this.service = launched;
			this.status = new Status(launched.pid(), launched.startedAt(), now(), last.starts() + 1, false,
					last.lastExit());
			logger.info("Started the service with pid {} as {}", launched.pid(), news.role());
			this.events.publish(new ProcessStartedEvent(launched.pid(), last.starts(), now()));
			launched.exited().thenAcceptAsync((code) -> exited(launched, code), this.loop);
			// a slow machine may have taken a while
			watchMastership();
		}
		catch (CommandException ex) {
			if (this.loop.isShutdown()) {
				// the application ends, and has interrupted the start
				return;
			}
			if (this.begun.completeExceptionally(ex)) {
				this.spent = true;
				this.over.complete(ExitCodes.CANNOT_START);
			}
			else {
				logger.error("The service cannot be started: {}. {}", ex.getMessage(), ex.getRemedy());
				failed(ExitCodes.CANNOT_START, Duration.ZERO);
			}
		}
	}

	private void tell(Launched service, RoleNews news) {
		if (service.isBusy()) {
			service.cancelOutdatedRoleCommand();
		}
		else if (this.properties.onRoleChange() == OnRoleChange.RESTART) {
			logger.info("The service is restarted, as {}", news.role());
			stop(service, endOfStop());
		}
		else {
			service.tell(news);
			switch (this.properties.onRoleChange()) {
				case SIGNAL -> this.teller.signal(service, news, this.properties.roleChangeSignal());
				case COMMAND -> this.teller.run(service, news, this::step);
				default -> {
				}
			}
		}
	}

	/** When the service is killed if it is stopped now, without any haste. */
	private long endOfStop() {
		if (this.stopBy != null) {
			return this.stopBy;
		}
		boolean settles = this.settleBy != null && this.settleBy - this.time.nanoTime() > 0;
		return settles ? this.settleBy : end(this.timings.workLimit());
	}

	private void stop(Launched service, long latest) {
		long now = this.time.nanoTime();
		Duration timeout = this.properties.stopTimeout();
		long by = (timeout != null && now + timeout.toNanos() - latest < 0) ? now + timeout.toNanos() : latest;
		if (service.stop(by, now)) {
			Status status = this.status;
			if (status.pid() != 0) {
				logger.info("Stopping the service with pid {}, which is killed in {} ms if it is not gone by then",
						service.pid(), TimeUnit.NANOSECONDS.toMillis(Math.max(0, by - now)));
			}
			this.status = new Status(status.pid(), status.startedAt(), status.startedWhen(), status.starts(), true,
					status.lastExit());
			service.ended().thenRunAsync(() -> ended(service), this.loop);
		}
	}

	/** The process itself is gone; its descendants follow. */
	private void exited(Launched service, int code) {
		long now = this.time.nanoTime();
		boolean stopped = service.isStopping() || service.isAbandoned(now);
		Duration uptime = Duration.ofNanos(now - service.startedAt());
		ProcessExitedEvent exit = new ProcessExitedEvent(service.pid(), stopped ? ExitCodes.afterStop(code) : code,
				stopped, uptime, now());
		service.exit(exit);
		this.status = new Status(0, 0, null, this.status.starts(), stopped, exit);
		logger.atLevel((stopped || code == 0) ? Level.INFO : Level.WARN)
			.log("The service with pid {} has ended {} after {} s, exit code {}", service.pid(),
					stopped ? "as it was told" : "by itself", uptime.toSeconds(), ExitCodes.describe(code));
		this.events.publish(exit);
		stop(service, endOfStop());
	}

	/** No process of it is left, and its output is read. */
	private void ended(Launched service) {
		ProcessExitedEvent exit = service.exit();
		this.service = null;
		if (exit != null && !exit.stopped() && !this.stopping) {
			failed(exit.exitCode(), exit.uptime());
		}
		step();
	}

	private void failed(int exitCode, Duration uptime) {
		long now = this.time.nanoTime();
		Optional<Duration> pause = this.restarts.after(exitCode, uptime, now);
		if (pause.isPresent()) {
			this.retryAt = now + pause.get().toNanos();
			logger.warn("The service is started again in {} ms", pause.get().toMillis());
			this.loop.schedule(this::step, pause.get().toNanos(), TimeUnit.NANOSECONDS);
		}
		else {
			logger.info("{}; this instance ends with its exit code {}",
					this.restarts.isLimitReached() ? "The service was restarted too often" : "The service is over",
					exitCode);
			this.spent = true;
			this.over.complete(exitCode);
			this.endApplication.accept(ExitCodes.ofJvm(exitCode));
		}
	}

	private void end() {
		ProcessExitedEvent last = this.status.lastExit();
		this.over.complete((last != null) ? last.exitCode() : 0);
		settle();
	}

	private Instant now() {
		return Instant.ofEpochMilli(this.time.wallMillis());
	}

	/**
	 * What others may see.
	 *
	 * @param pid 0 while it does not run
	 * @param startedAt a nano time
	 * @param startedWhen the same on the wall clock, or {@code null} while it does not
	 * run
	 */
	private record Status(long pid, long startedAt, @Nullable Instant startedWhen, int starts, boolean stopping,
			@Nullable ProcessExitedEvent lastExit) {

		static final Status NONE = new Status(0, 0, null, 0, false, null);

	}

}
