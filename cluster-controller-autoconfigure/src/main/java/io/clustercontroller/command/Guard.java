package io.clustercontroller.command;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.clustercontroller.command.ProcessTable.Entry;
import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.io.ClassPathResource;

/**
 * A process that ends a command when this JVM is gone: it sees the end of a pipe that is
 * held here. Until then it sends the signals that Java cannot send. If it ends before it
 * is dismissed, another one takes its place. Used by the thread of {@link Commands} only.
 */
final class Guard {

	private static final Logger logger = LoggerFactory.getLogger(Guard.class);

	/** A resource beside this class. */
	static final String SCRIPT = "guard.sh";

	private static final String NAME = "cluster-guard";

	/** So that one that cannot live is not started all the time. */
	private static final Duration PAUSE = Duration.ofSeconds(1);

	private final LoopThread loop;

	/** What the words of its processes hold, and those of no other. */
	private final byte[] mark;

	private final boolean processTable;

	private final List<String> words;

	private final String name;

	private Process process;

	/** What is guarded besides the cookie; 0 before it is known. */
	private long pid;

	private boolean exited;

	private @Nullable Long keptUntil;

	private boolean dismissed;

	Guard(LoopThread loop, Capabilities capabilities, Command command, String cookie) throws IOException {
		this.loop = loop;
		this.name = command.words().get(0);
		this.mark = (NAME + "\0" + cookie).getBytes(StandardCharsets.US_ASCII);
		this.processTable = capabilities.processTable();
		this.words = new ArrayList<>();
		if (capabilities.sessions()) {
			this.words.add(Program.ofMachine("setsid"));
		}
		this.words.addAll(List.of(Program.ofMachine("sh"), "-c", Script.TEXT, NAME, cookie, command.stopSignal(),
				seconds(command.orphanGrace())));
		this.process = start();
	}

	/** From now on this process and its group are guarded as well as the cookie. */
	void watch(long pid) {
		this.pid = pid;
		order("pid " + pid);
	}

	/** The number of the main process may be given to another one from now on. */
	void exited() {
		this.exited = true;
		order("exited");
		if (this.keptUntil != null) {
			// a countdown knows what was known when it began
			keepUntil(this.keptUntil);
		}
	}

	/**
	 * Send a signal.
	 * @param target a process, or minus a process group
	 * @return whether there is somebody to do it
	 */
	boolean signal(String signal, long target) {
		return order("signal " + signal + " " + target);
	}

	/** End the command at this {@link System#nanoTime()} unless called again. */
	void keepUntil(long nanos) {
		this.keptUntil = nanos;
		order("keep " + seconds(Duration.ofNanos(nanos - TimeSource.SYSTEM.nanoTime())));
	}

	/** Nothing is left to guard. */
	void dismiss() {
		this.dismissed = true;
		order("done");
	}

	static String script() {
		return Script.TEXT;
	}

	ProcessHandle handle() {
		return this.process.toHandle();
	}

	private Process start() throws IOException {
		ProcessBuilder builder = new ProcessBuilder(this.words).redirectOutput(Redirect.DISCARD)
			.redirectError(Redirect.INHERIT);
		// who looks for the cookie must not find the guard
		builder.environment().keySet().retainAll(List.of("PATH"));
		Process started = builder.start();
		long since = TimeSource.SYSTEM.nanoTime();
		ExitWatch.start(started, NAME, () -> replaceSoon(TimeSource.SYSTEM.nanoTime() - since));
		return started;
	}

	private void replaceSoon(long lived) {
		long pause = (lived < PAUSE.toNanos()) ? PAUSE.toNanos() : 0;
		try {
			this.loop.schedule(this::replace, pause, TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The guard of {} has ended after all commands", this.name);
		}
	}

	private void replace() {
		if (this.dismissed) {
			return;
		}
		boolean kept = this.keptUntil == null || this.keptUntil - TimeSource.SYSTEM.nanoTime() > 0;
		logger.warn(
				kept ? "The guard of {} has ended before it; starting another one"
						: "{} was not kept alive in time: its guard is ending it, and another one takes its place",
				this.name);
		List<ProcessHandle> leftBehind = kept ? findOwn() : List.of();
		try {
			this.process = start();
		}
		catch (IOException ex) {
			logger.error("The guard of {} cannot be started: trying again", this.name, ex);
			replaceSoon(0);
			return;
		}
		if (this.pid != 0) {
			watch(this.pid);
		}
		if (this.exited) {
			order("exited");
		}
		if (this.keptUntil != null && kept) {
			keepUntil(this.keptUntil);
		}
		// a countdown outlives its guard, as this JVM may be frozen; it is not needed now
		leftBehind.forEach(ProcessHandle::destroyForcibly);
	}

	/** The processes of this guard, while it has none that is wanted. */
	private List<ProcessHandle> findOwn() {
		if (!this.processTable) {
			return List.of();
		}
		List<ProcessHandle> own = new ArrayList<>();
		try {
			for (Entry entry : ProcessTable.read()) {
				if (ProcessTable.hasInWords(entry.pid(), this.mark)) {
					ProcessHandle.of(entry.pid())
						.ifPresent(
								(handle) -> Stream.concat(Stream.of(handle), handle.descendants()).forEach(own::add));
				}
			}
		}
		catch (IOException ex) {
			logger.error("What the last guard of {} has left behind cannot be seen, and may end it", this.name, ex);
		}
		return own;
	}

	private boolean order(String line) {
		try {
			OutputStream orders = this.process.getOutputStream();
			orders.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
			orders.flush();
			return true;
		}
		catch (IOException ex) {
			logger.debug("The guard of {} takes no orders", this.name, ex);
			return false;
		}
	}

	private static String seconds(Duration duration) {
		return BigDecimal.valueOf(Math.max(0, duration.toMillis()), 3).toPlainString();
	}

	/** Read once, when it is needed first. */
	private static final class Script {

		static final String TEXT = read();

		private static String read() {
			try {
				return new ClassPathResource(SCRIPT, Guard.class).getContentAsString(StandardCharsets.UTF_8);
			}
			catch (IOException ex) {
				throw new IllegalStateException("The script of the guard is missing", ex);
			}
		}

	}

}
