package io.clustercontroller.command;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts commands, all from one thread that lives as long as they may: the parent-death
 * signal of a process follows the thread that started it.
 */
public final class Commands implements AutoCloseable {

	/** The variable by which everything is found that a command has started. */
	static final String COOKIE = "CLUSTER_COOKIE";

	private static final Logger logger = LoggerFactory.getLogger(Commands.class);

	private static final Duration START_LIMIT = Duration.ofSeconds(20);

	/** How long killed processes may take to be gone. */
	private static final Duration KILLING = Duration.ofSeconds(5);

	/** Of a command of which nobody knows how it has ended. */
	static final int KILLED = 137;

	private final LoopThread loop = new LoopThread("cluster-commands", true);

	private final Set<RunningCommand> running = ConcurrentHashMap.newKeySet();

	private final Capabilities capabilities;

	public Commands() {
		this(Capabilities.probe());
	}

	Commands(Capabilities capabilities) {
		this.capabilities = capabilities;
	}

	/** What this machine has for it, probed once. */
	public Capabilities capabilities() {
		return this.capabilities;
	}

	/**
	 * Start a command; blocks for some milliseconds. Not to be called on the thread on
	 * which the stages of a {@link RunningCommand} complete.
	 * @throws CommandException if it cannot be run
	 */
	public RunningCommand start(Command command, Output output) {
		return start(command, output, null);
	}

	/**
	 * Start a command that lives no longer than this unless
	 * {@link RunningCommand#keepFor} is called in time; it does nothing before that
	 * holds. Otherwise like {@link #start(Command, Output)}.
	 * @param keepFor counts from now; {@code null} for a life without a limit
	 * @throws CommandException if it cannot be run
	 */
	public RunningCommand start(Command command, Output output, @Nullable Duration keepFor) {
		Long keptUntil = (keepFor != null) ? TimeSource.SYSTEM.nanoTime() + keepFor.toNanos() : null;
		try {
			return startInterruptibly(command, output, keptUntil);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CommandException("the start of '" + command.words().get(0) + "' was interrupted",
					"Nothing has to be done while the application ends.", ex);
		}
	}

	/**
	 * Run a command and wait for its end. When the time is over, or the calling thread is
	 * interrupted, all its processes are ended. So are those that it leaves behind.
	 * @param lines receives what it writes, line by line
	 * @throws CommandException if it cannot be run
	 */
	public CommandResult run(Command command, Duration timeout, Consumer<String> lines) throws InterruptedException {
		RunningCommand running = startInterruptibly(command, new Output.MergedLines(lines), null);
		CompletableFuture<Integer> exited = running.exited().toCompletableFuture();
		boolean timedOut = false;
		try {
			exited.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			timedOut = true;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			end(running, command.orphanGrace());
		}
		if (Thread.interrupted()) {
			throw new InterruptedException();
		}
		return new CommandResult(exited.getNow(KILLED), timedOut);
	}

	/** End; what still runs is killed. */
	@Override
	public void close() {
		try {
			await(CompletableFuture.supplyAsync(this::killAll, this.loop).thenCompose(Function.identity()), KILLING);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Closed already");
		}
		this.loop.shutdownNow();
	}

	private RunningCommand startInterruptibly(Command command, Output output, @Nullable Long keptUntil)
			throws InterruptedException {
		command.check();
		CompletableFuture<RunningCommand> started = new CompletableFuture<>();
		try {
			this.loop.execute(() -> launch(command, output, keptUntil, started));
			return started.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw failure(command, ex.getCause());
		}
		catch (RejectedExecutionException ex) {
			throw new CommandException("'" + command.words().get(0) + "' was not started, as no more commands are",
					"Nothing has to be done while the application ends.", ex);
		}
		catch (TimeoutException ex) {
			throw new CommandException(
					"'" + command.words().get(0) + "' could not be started within " + START_LIMIT.toSeconds() + " s",
					"See what holds this machine up.", ex);
		}
		finally {
			// whoever does not wait any longer does not want it any more
			started.cancel(false);
		}
	}

	private void launch(Command command, Output output, @Nullable Long keptUntil,
			CompletableFuture<RunningCommand> started) {
		if (started.isDone()) {
			return;
		}
		try {
			RunningCommand running = CommandProcess.start(this.loop, this.capabilities, command, output, keptUntil);
			this.running.add(running);
			running.ended().thenRun(() -> this.running.remove(running));
			if (!started.complete(running)) {
				running.stop(Duration.ZERO);
			}
		}
		catch (IOException | RuntimeException | Error ex) {
			started.completeExceptionally(ex);
		}
	}

	private CompletableFuture<Void> killAll() {
		this.running.forEach((running) -> running.stop(Duration.ZERO));
		return CompletableFuture.allOf(this.running.stream()
			.map((running) -> running.ended().toCompletableFuture())
			.toArray(CompletableFuture[]::new));
	}

	/** Stop and wait, even if the thread is interrupted, for as long as it may take. */
	private static void end(RunningCommand running, Duration grace) {
		running.stop(grace);
		if (!await(running.ended().toCompletableFuture(), grace.plus(KILLING).plus(CommandProcess.READING))) {
			logger.error("{} does not end: going on without it", running);
		}
	}

	/**
	 * Wait for a stage that does not fail, however often the thread is interrupted. The
	 * flag of the thread is set afterwards.
	 * @return whether it is done
	 */
	private static boolean await(CompletableFuture<?> stage, Duration limit) {
		long deadline = TimeSource.SYSTEM.nanoTime() + limit.toNanos();
		boolean interrupted = false;
		try {
			while (true) {
				try {
					stage.get(deadline - TimeSource.SYSTEM.nanoTime(), TimeUnit.NANOSECONDS);
					return true;
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
				catch (TimeoutException ex) {
					return false;
				}
				catch (ExecutionException ex) {
					throw new IllegalStateException(ex);
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private static CommandException failure(Command command, @Nullable Throwable cause) {
		if (cause instanceof CommandException failure) {
			return failure;
		}
		return new CommandException(
				"'" + command.words().get(0) + "' cannot be started: " + ((cause != null) ? cause.getMessage() : ""),
				"See what the system says.", cause);
	}

}
