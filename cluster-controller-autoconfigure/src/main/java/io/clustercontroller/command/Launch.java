package io.clustercontroller.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start of a command: a shell waits at a gate until all is prepared, and then becomes
 * the command. If this JVM dies meanwhile, the shell sees the end of its input and goes
 * no further. Used by the thread of {@link Commands} only.
 */
final class Launch {

	private static final Logger logger = LoggerFactory.getLogger(Launch.class);

	private final Command command;

	private final Output output;

	/** Whether there is a shell, and the standard input is free for it. */
	private final boolean gate;

	private final Process process;

	Launch(Capabilities capabilities, Command command, Output output, String cookie) throws IOException {
		this.command = command;
		this.output = output;
		this.gate = capabilities.shell() && (!command.inheritInput() || canOpen(inputOfThisJvm()));
		ProcessBuilder builder = new ProcessBuilder(words(capabilities));
		if (command.directory() != null) {
			builder.directory(command.directory().toFile());
		}
		builder.environment().clear();
		builder.environment().putAll(command.environment());
		builder.environment().put(Commands.COOKIE, cookie);
		redirect(builder);
		this.process = builder.start();
	}

	Process process() {
		return this.process;
	}

	/** The name of the program, for those of threads. */
	String name() {
		return String.valueOf(Path.of(this.command.words().get(0)).getFileName());
	}

	/** Begin to read what will be written. */
	List<LineReader> readOutput() {
		List<LineReader> readers = new ArrayList<>();
		if (this.output instanceof Output.Lines lines) {
			readers.add(reader("stdout", 1, this.process.getInputStream(), lines.out()));
			readers.add(reader("stderr", 2, this.process.getErrorStream(), lines.err()));
		}
		else if (this.output instanceof Output.MergedLines lines) {
			readers.add(reader("output", 1, this.process.getInputStream(), lines.lines()));
		}
		readers.forEach(LineReader::start);
		return readers;
	}

	/** Let the command begin. */
	void go() {
		try (OutputStream input = this.process.getOutputStream()) {
			if (this.gate) {
				input.write("go\n".getBytes(StandardCharsets.US_ASCII));
			}
		}
		catch (IOException ex) {
			// somebody has killed it already, as its exit code will say
			logger.debug("{} has ended before it began", this.command.words().get(0), ex);
		}
	}

	/** Give up: whatever waits at the gate, or runs without one, is killed. */
	void abandon() {
		this.process.toHandle().destroyForcibly();
	}

	private List<String> words(Capabilities capabilities) {
		List<String> words = new ArrayList<>();
		if (capabilities.sessions()) {
			words.add(Program.ofMachine("setsid"));
		}
		if (capabilities.parentDeathSignal()) {
			words.addAll(List.of(Program.ofMachine("setpriv"), "--pdeathsig", "KILL", "--"));
		}
		if (this.gate) {
			String input = this.command.inheritInput() ? inputOfThisJvm() : "/dev/null";
			words.addAll(List.of(Program.ofMachine("sh"), "-c", "read -r cluster_gate && exec \"$@\" <" + input, "sh"));
			words.addAll(variablesUnknownToShells());
		}
		words.add(Program.of(this.command));
		words.addAll(this.command.words().subList(1, this.command.words().size()));
		return words;
	}

	/**
	 * Most shells do not hand on a variable such as {@code discovery.type}, which they
	 * could not name themselves. As words of {@code env} such variables can be seen by
	 * every user of the machine until the command begins.
	 */
	private List<String> variablesUnknownToShells() {
		List<String> words = new ArrayList<>();
		this.command.environment().forEach((name, value) -> {
			if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
				words.add(name + "=" + value);
			}
		});
		if (!words.isEmpty()) {
			words.add(0, Program.ofMachine("env"));
		}
		return words;
	}

	private void redirect(ProcessBuilder builder) {
		if (this.command.inheritInput() && !this.gate) {
			builder.redirectInput(Redirect.INHERIT);
		}
		if (this.output instanceof Output.Inherited) {
			builder.redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
		}
		else if (this.output instanceof Output.Discarded) {
			builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
		}
		else if (this.output instanceof Output.ToFile to) {
			builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(to.file().toFile()));
		}
		else if (this.output instanceof Output.MergedLines) {
			builder.redirectErrorStream(true);
		}
	}

	private LineReader reader(String kind, int descriptor, InputStream stream, Consumer<String> lines) {
		return new LineReader(name() + "-" + kind, ownEnd(descriptor, stream), lines);
	}

	/**
	 * A read end of the pipe that is ours alone. The JDK closes its own one when the main
	 * process ends, and what others in the background still write is lost.
	 */
	private InputStream ownEnd(int descriptor, InputStream stream) {
		try {
			// without the gate the process may have closed it already, or written to it
			InputStream own = this.gate ? Channels.newInputStream(FileChannel.open(
					Path.of("/proc", String.valueOf(this.process.pid()), "fd", String.valueOf(descriptor)),
					StandardOpenOption.READ)) : stream;
			if (own != stream) {
				// else the JDK takes what it finds in the pipe at the end
				stream.close();
			}
			return own;
		}
		catch (IOException ex) {
			logger.debug("The pipe of {} cannot be opened again", this.process.pid(), ex);
			return stream;
		}
	}

	private static boolean canOpen(String file) {
		try (FileChannel opened = FileChannel.open(Path.of(file), StandardOpenOption.READ)) {
			return opened.isOpen();
		}
		catch (IOException ex) {
			// a socket, or closed, or no /proc
			return false;
		}
	}

	private static String inputOfThisJvm() {
		return "/proc/" + ProcessHandle.current().pid() + "/fd/0";
	}

}
