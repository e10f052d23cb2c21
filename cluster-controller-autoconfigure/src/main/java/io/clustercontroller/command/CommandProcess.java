package io.clustercontroller.command;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command that was started. All that changes belongs to the thread of {@link Commands}.
 */
final class CommandProcess implements RunningCommand {

	private static final Logger logger = LoggerFactory.getLogger(CommandProcess.class);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(10);

	private static final Duration LAST_PAUSE = Duration.ofMillis(100);

	/** How long nothing may come when nobody is left who could write. */
	private static final Duration SILENCE = Duration.ofSeconds(1);

	/** How long reading may take then in all. */
	static final Duration READING = Duration.ofSeconds(10);

	/** After this time of SIGKILL it is said who does not end. */
	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final LoopThread loop;

	private final Command command;

	private final Process process;

	private final Family family;

	private final List<LineReader> readers;

	private final @Nullable Guard guard;

	private final CompletableFuture<Integer> exited = new CompletableFuture<>();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	/** When all that is left is killed; {@code null} before the stop. */
	private @Nullable Long deadline;

	/** When no more is read, after all have ended. */
	private long readingEnds;

	/** Looks again who is left after the stop, and then whether reading goes on. */
	private @Nullable Future<?> look;

	/** Stops the command where no guard can. */
	private @Nullable Future<?> keeping;

	private boolean gone;

	private boolean complained;

	/** Whether the stop signal was sent. */
	private boolean asked;

	/** Whether it was said that nobody knows who is left. */
	private boolean blind;

	private CommandProcess(LoopThread loop, Command command, Process process, Family family, List<LineReader> readers,
			@Nullable Guard guard) {
		this.loop = loop;
		this.command = command;
		this.process = process;
		this.family = family;
		this.readers = readers;
		this.guard = guard;
	}

	/**
	 * Start a command, on the thread of {@link Commands}.
	 * @param keptUntil the {@link System#nanoTime()} when it is ended unless it is kept
	 */
	static CommandProcess start(LoopThread loop, Capabilities capabilities, Command command, Output output,
			@Nullable Long keptUntil) throws IOException {
		String cookie = UUID.randomUUID().toString();
		Guard guard = capabilities.shell() ? new Guard(loop, capabilities, command, cookie) : null;
		Launch launch = null;
		try {
			launch = new Launch(capabilities, command, output, cookie);
			Process process = launch.process();
			Family family = capabilities.processTable() ? new TableFamily(process, cookie)
					: new HandleFamily(process.toHandle(), capabilities.sessions());
			CommandProcess started = new CommandProcess(loop, command, process, family, launch.readOutput(), guard);
			if (guard != null) {
				guard.watch(process.pid());
			}
			ExitWatch.start(process, launch.name(), () -> started.execute(started::hasExited));
			if (keptUntil != null) {
				started.keepUntil(keptUntil);
			}
			launch.go();
			return started;
		}
		catch (IOException | RuntimeException | Error ex) {
			if (launch != null) {
				launch.abandon();
			}
			if (guard != null) {
				guard.dismiss();
			}
			throw ex;
		}
	}

	@Override
	public long pid() {
		return this.process.pid();
	}

	@Override
	public CompletionStage<Integer> exited() {
		return this.exited.minimalCompletionStage();
	}

	@Override
	public CompletionStage<Void> ended() {
		return this.ended.minimalCompletionStage();
	}

	@Override
	public void signal(String signal) {
		Signals.check(signal);
		execute(() -> {
			if (this.process.isAlive()) {
				send(signal, pid());
			}
		});
	}

	@Override
	public void stop(Duration limit) {
		long until = TimeSource.SYSTEM.nanoTime() + limit.toNanos();
		execute(() -> stopBy(until));
	}

	@Override
	public void keepFor(Duration duration) {
		long until = TimeSource.SYSTEM.nanoTime() + duration.toNanos();
		execute(() -> keepUntil(until));
	}

	private void keepUntil(long until) {
		if (this.guard != null) {
			this.guard.keepUntil(until);
			return;
		}
		if (this.keeping != null) {
			this.keeping.cancel(false);
		}
		this.keeping = this.loop.schedule(() -> stop(this.command.orphanGrace()), until - TimeSource.SYSTEM.nanoTime(),
				TimeUnit.NANOSECONDS);
	}

	@Override
	public String toString() {
		return "'" + this.command.words().get(0) + "' (process " + pid() + ")";
	}

	@Nullable Guard guard() {
		return this.guard;
	}

	private void hasExited() {
		completeExited();
		if (this.deadline != null) {
			lookNow();
		}
		else if (isEmpty(findMembers())) {
			dismissGuard();
		}
		else if (this.guard != null) {
			this.guard.exited();
		}
	}

	private void stopBy(long until) {
		if (this.gone) {
			return;
		}
		if (this.deadline == null || until - this.deadline < 0) {
			this.deadline = until;
		}
		lookNow();
	}

	private void lookNow() {
		if (this.look != null) {
			this.look.cancel(false);
		}
		look(FIRST_PAUSE);
	}

	/** Whatever fails: another look follows until nobody is left. */
	private void look(Duration pause) {
		boolean empty = false;
		try {
			empty = endMembers();
		}
		finally {
			if (empty) {
				allGone();
			}
			else {
				lookAgain(pause);
			}
		}
	}

	private void lookAgain(Duration pause) {
		long left = timeLeft();
		Duration next = pause.multipliedBy(2);
		this.look = this.loop.schedule(() -> look((next.compareTo(LAST_PAUSE) < 0) ? next : LAST_PAUSE),
				(left > 0) ? Math.min(left, pause.toNanos()) : pause.toNanos(), TimeUnit.NANOSECONDS);
	}

	/** Send whatever signal is due, and tell whether nobody is left to get one. */
	private boolean endMembers() {
		Members members = findMembers();
		if (isEmpty(members)) {
			return true;
		}
		if (members == null) {
			// as long as the main process is there, its number can only mean this command
			members = this.process.isAlive() ? new Members(Set.of(pid()), Set.of()) : new Members(Set.of(), Set.of());
		}
		if (!this.asked && !members.isEmpty()) {
			this.asked = true;
			send(this.command.stopSignal(), members);
		}
		long left = timeLeft();
		if (left <= 0) {
			send(Signals.KILL, members);
			complain(members, -left);
		}
		return false;
	}

	private long timeLeft() {
		return (this.deadline != null) ? this.deadline - TimeSource.SYSTEM.nanoTime() : 0;
	}

	private static boolean isEmpty(@Nullable Members members) {
		return members != null && members.isEmpty();
	}

	/** Those who are left, or {@code null} if that cannot be known now. */
	private @Nullable Members findMembers() {
		try {
			Members members = this.family.find();
			// who was not found may be about to be forked: only a second look is sure
			return members.isEmpty() ? this.family.find() : members;
		}
		catch (IOException ex) {
			if (!this.blind) {
				this.blind = true;
				logger.error("It cannot be seen which processes of {} are left; trying again until it can", this, ex);
			}
			return null;
		}
	}

	private void complain(Members members, long nanos) {
		if (!this.complained && nanos > PATIENCE.toNanos()) {
			this.complained = true;
			logger.error("{} of {} were killed and do not end; waiting for them", members, this);
		}
	}

	private void allGone() {
		if (this.gone) {
			return;
		}
		this.gone = true;
		dismissGuard();
		if (this.keeping != null) {
			this.keeping.cancel(false);
		}
		this.readingEnds = TimeSource.SYSTEM.nanoTime() + READING.toNanos();
		watchReading(-1);
		Stream<CompletableFuture<?>> ends = Stream.concat(Stream.of(this.exited),
				this.readers.stream().map(LineReader::end));
		CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).thenRun(() -> execute(() -> {
			if (this.look != null) {
				this.look.cancel(false);
			}
			complete();
		}));
	}

	/** A consumer may be slow, but what nobody writes any more is not waited for. */
	private void watchReading(long before) {
		long read = this.readers.stream().mapToLong(LineReader::bytesRead).sum();
		if ((read == before && this.readers.stream().noneMatch(LineReader::isHandingOn))
				|| this.readingEnds - TimeSource.SYSTEM.nanoTime() <= 0) {
			giveUpReading();
			return;
		}
		this.look = this.loop.schedule(() -> watchReading(read), SILENCE.toNanos(), TimeUnit.NANOSECONDS);
	}

	private void giveUpReading() {
		for (LineReader reader : this.readers) {
			if (!reader.end().isDone()) {
				logger.warn("None of the processes of {} is left, but {} of it does not end: reading no further; {}",
						this, reader, reader.isHandingOn() ? "lines that were written are lost, as they were not taken "
								+ "within " + READING.toSeconds() + " s" : "what still comes is lost");
				reader.close();
			}
		}
		complete();
	}

	private void complete() {
		completeExited();
		this.ended.complete(null);
	}

	private void completeExited() {
		this.exited.complete(this.process.isAlive() ? Commands.KILLED : this.process.exitValue());
	}

	private void dismissGuard() {
		if (this.guard != null) {
			this.guard.dismiss();
		}
	}

	private void send(String signal, Members members) {
		if (!members.group().isEmpty() && (this.guard == null || !this.guard.signal(signal, -pid()))) {
			members.group().forEach((pid) -> sendByHandle(signal, pid));
		}
		members.others().forEach((pid) -> send(signal, pid));
		if (signal.equals(Signals.KILL)) {
			// should the guard be frozen
			Stream.concat(members.group().stream(), members.others().stream())
				.forEach((pid) -> sendByHandle(signal, pid));
		}
	}

	private void send(String signal, long pid) {
		if (this.guard == null || !this.guard.signal(signal, pid)) {
			sendByHandle(signal, pid);
		}
	}

	private void sendByHandle(String signal, long pid) {
		ProcessHandle.of(pid).ifPresent((handle) -> {
			if (signal.equals(Signals.KILL)) {
				handle.destroyForcibly();
			}
			else {
				if (!signal.equals(Signals.TERM)) {
					logger.warn("Only TERM and KILL can be sent without a shell: {} gets TERM instead of {}", this,
							signal);
				}
				handle.destroy();
			}
		});
	}

	private void execute(Runnable task) {
		try {
			this.loop.execute(task);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("{} was ended with all commands", this);
		}
	}

}
