package io.clustercontroller.process;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterTimings;
import io.clustercontroller.Role;
import io.clustercontroller.command.CommandException;
import io.clustercontroller.command.RunningCommand;
import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.ClusterEvents;
import io.clustercontroller.event.ProcessExitedEvent;
import io.clustercontroller.event.ProcessStartedEvent;
import io.clustercontroller.event.RoleCommandFailedEvent;
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

	/** Parts of the step-down margin: when to doubt no longer, and when to kill. */
	private static final int QUARTERS = 4;

	/** Sessions without an end need no watching, and no limit that could overflow. */
	private static final Duration UNLIMITED = Duration.ofDays(1);

	/** What a kill and the end of the output may take of the time for a stop. */
	private static final Duration KILL_RESERVE = Duration.ofMillis(500);

	private final ProcessProperties properties;

	private final ServiceLauncher launcher;

	private final ClusterController cluster;

	private final ClusterTimings timings;

	private final ClusterEvents events;

	private final IntConsumer endApplication;

	private final TimeSource time;

	private final Restarts restarts;

	private final LoopThread loop = new LoopThread("cluster-process", false);

	private final CompletableFuture<Void> begun = new CompletableFuture<>();

	private final CompletableFuture<Integer> over = new CompletableFuture<>();

	private volatile boolean spent;

	/** Written by the loop only, read by any thread. */
	private volatile Status status = new Status(0, 0, 0, false, null);

	// the rest belongs to the loop's thread

	private boolean ready;

	private boolean stopping;

	/** The nano time by which all has to be gone, when this instance stops. */
	private @Nullable Long stopBy;

	/** The nano time by which the service has to be as its new role wants it. */
	private @Nullable Long settleBy;

	private @Nullable RoleNews news;

	/** Since when the mastership heard of last is not confirmed by the guard. */
	private @Nullable Long doubtSince;

	/** Whether it is in doubt for so long that its service has to stop. */
	private boolean presumedLost;

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
			else if (isWanted() && isRoleCertain() && this.time.nanoTime() - this.retryAt >= 0) {
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

	private boolean isWanted() {
		return this.ready && !this.stopping && !this.presumedLost && this.news != null
				&& this.properties.runOn().includes(this.news.role());
	}

	/** Whether the role heard last still is the one; it may have been lost since. */
	private boolean isRoleCertain() {
		return this.news == null || this.news.role() == Role.SLAVE
				|| this.cluster.fencingToken().equals(this.news.fencingToken());
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
	 * A service for the master only must not outlive the session. The events may be late,
	 * so the guard is asked as well; and should this JVM be frozen, the guard process
	 * ends the service. If the guard opens again, it was a doubt and no loss, of which
	 * there is no event: the service is wanted again.
	 */
	private void watchMastership() {
		if (this.properties.runOn() != RunOn.MASTER) {
			return;
		}
		long now = this.time.nanoTime();
		Duration remaining = this.cluster.sessionRemaining();
		if (this.service != null && !remaining.isZero()) {
			this.service.keepFor(remaining, now);
		}
		if (isRoleCertain()) {
			this.doubtSince = null;
			this.presumedLost = false;
		}
		else if (this.doubtSince == null) {
			this.doubtSince = now;
		}
		else if (now - this.doubtSince > margin(1) && remaining.isZero() && !this.presumedLost) {
			logger.warn("Nobody confirms that this instance still is master; its service stops");
			this.presumedLost = true;
			stopBeforeSessionEnds();
		}
	}

	private void lost(long token) {
		if (this.news != null && this.news.token() != token) {
			// what came after it has been heard already
			return;
		}
		this.news = new RoleNews(Role.SLAVE, token);
		stopBeforeSessionEnds();
		step();
	}

	/** Another one may be master when the margin is over. */
	private void stopBeforeSessionEnds() {
		if (this.service != null && !isWanted()) {
			long since = (this.doubtSince != null) ? this.doubtSince : this.time.nanoTime();
			stop(this.service, since + margin(QUARTERS - 1));
		}
	}

	/** How long a service may live that nobody keeps alive, or {@code null}. */
	private @Nullable Duration lifetime() {
		Duration remaining = this.cluster.sessionRemaining();
		return (this.properties.runOn() == RunOn.MASTER && remaining.compareTo(UNLIMITED) < 0) ? remaining : null;
	}

	private long margin(int quarters) {
		return this.timings.stepDownMargin().toNanos() / QUARTERS * quarters;
	}

	private void launch(RoleNews news) {
		try {
			Status last = this.status;
			Launched launched = this.launcher.launch(news, lifetime(), this.time.nanoTime());
			this.service = launched;
			this.status = new Status(launched.pid(), launched.startedAt(), last.starts() + 1, false, last.lastExit());
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
			return;
		}
		switch (this.properties.onRoleChange()) {
			case NONE -> service.tell(news);
			case RESTART -> {
				logger.info("The service is restarted, as {}", news.role());
				stop(service, endOfStop());
			}
			case SIGNAL -> {
				logger.info("Sending SIG{} to the service, which is {} now", this.properties.roleChangeSignal(),
						news.role());
				service.tell(news);
				service.signal(this.properties.roleChangeSignal());
			}
			case COMMAND -> runRoleCommand(service, news);
		}
	}

	private void runRoleCommand(Launched service, RoleNews news) {
		service.tell(news);
		try {
			RunningCommand command = this.launcher.startRoleCommand(news);
			if (command != null) {
				logger.info("Telling the service by a command that it is {} now", news.role());
				service.roleCommandStarted(command);
				RoleCommand.complete(command, this.properties.roleCommandTimeout(), this.loop)
					.thenAcceptAsync((problem) -> {
						boolean completed = service.roleCommandEnded();
						problem
							.map((reason) -> completed ? reason : "its command was ended, as it is of no use any more")
							.ifPresent((reason) -> roleCommandFailed(news, reason));
						step();
					}, this.loop);
			}
		}
		catch (CommandException ex) {
			roleCommandFailed(news, String.valueOf(ex.getMessage()));
		}
	}

	private void roleCommandFailed(RoleNews news, String reason) {
		logger.error("The service may not know that it is {} now: {}", news.role(), reason);
		this.events.publish(new RoleCommandFailedEvent(news.role(), news.token(), reason));
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
			this.status = new Status(status.pid(), status.startedAt(), status.starts(), true, status.lastExit());
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
		this.status = new Status(0, 0, this.status.starts(), stopped, exit);
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
	 */
	private record Status(long pid, long startedAt, int starts, boolean stopping,
			@Nullable ProcessExitedEvent lastExit) {
	}

}
