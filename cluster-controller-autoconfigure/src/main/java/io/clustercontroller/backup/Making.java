package io.clustercontroller.backup;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.clustercontroller.backup.BackupRequest.Source;
import io.clustercontroller.command.Command;
import io.clustercontroller.command.CommandException;
import io.clustercontroller.command.CommandResult;
import io.clustercontroller.command.Commands;
import io.clustercontroller.command.HiddenValues;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the backup of one run made and verified, on the thread of the run, which is
 * interrupted when that is to end. Knows the last lines of what the commands write.
 */
final class Making {

	private static final Logger logger = LoggerFactory.getLogger(Making.class);

	private static final int LAST_LINES = 20;

	private static final int LONGEST_LINE = 500;

	/** The commands are ended from outside when the time of the run is over. */
	private static final Duration NO_LIMIT = Duration.ofDays(366);

	private final String name;

	private final Supplier<Commands> commands;

	private final Map<String, String> environment;

	private final Duration grace;

	private final HiddenValues hidden;

	private final Logger lines;

	private final Deque<String> last = new ArrayDeque<>();

	/** What was collected, by where it came from; belongs to the thread of the run. */
	private final Map<Path, Path> collected = new LinkedHashMap<>();

	/**
	 * @param environment what commands see besides the path of the backup
	 * @param grace the time between the request to end and SIGKILL
	 */
	Making(String name, Supplier<Commands> commands, Map<String, String> environment, Duration grace) {
		this.name = name;
		this.commands = commands;
		this.environment = environment;
		this.grace = grace;
		this.hidden = new HiddenValues(environment);
		this.lines = LoggerFactory.getLogger("backup." + name);
	}

	/** The last lines that were written, without secrets. */
	List<String> lastLines() {
		synchronized (this.last) {
			return List.copyOf(this.last);
		}
	}

	/**
	 * Make a file or folder at a path where nothing is.
	 * @throws BackupException if a command says it has failed
	 * @throws Exception what a callback throws
	 */
	void make(Source source, Path output) throws Exception {
		if (source instanceof Source.OfCommand command) {
			if (command.collect() == null) {
				run(command.words(), output, "the command");
				return;
			}
			NewFiles written = NewFiles.since(command.collect().toAbsolutePath().normalize());
			run(command.words(), output, "the command");
			written.moveTo(output, this.collected::put);
		}
		else if (source instanceof Source.OfStream stream) {
			try (OutputStream out = new BufferedOutputStream(
					Files.newOutputStream(output, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
				stream.writer().writeTo(out);
			}
		}
		else if (source instanceof Source.OfPath path) {
			path.writer().writeTo(output);
		}
	}

	/**
	 * Have a command look at the backup.
	 * @throws BackupException if it does not accept it
	 */
	void verify(List<String> words, Path output) throws InterruptedException {
		if (!words.isEmpty()) {
			run(words, output, "the verify command");
		}
	}

	/**
	 * Put back what was collected for a backup that has come to nothing: it may be all
	 * there is, and some of it may be older than the run.
	 */
	void giveBack() {
		this.collected.forEach((from, moved) -> {
			try {
				NewFiles.moveBack(from, moved);
			}
			catch (IOException ex) {
				logger.error("'{}' was collected, and cannot be put back", from, ex);
			}
		});
	}

	private void run(List<String> words, Path output, String what) throws InterruptedException {
		Map<String, String> variables = new HashMap<>(this.environment);
		variables.put("BACKUP_OUTPUT", output.toString());
		variables.put("BACKUP_NAME", this.name);
		List<String> replaced = words.stream()
			.map((word) -> word.replace(BackupRequest.OUTPUT, output.toString()))
			.toList();
		try {
			CommandResult result = this.commands.get()
				.run(new Command(replaced, null, variables, false, "TERM", this.grace), NO_LIMIT, this::hear);
			if (!result.isSuccess()) {
				throw new BackupException(this.name, what + " has ended with exit code " + result.exitCode(),
						lastLines(), null);
			}
		}
		catch (CommandException ex) {
			throw new BackupException(this.name, what + " cannot be run: " + ex.getMessage(), lastLines(), ex);
		}
	}

	private void hear(String line) {
		String shown = this.hidden.hide(line);
		this.lines.info("{}", shown);
		synchronized (this.last) {
			if (this.last.size() == LAST_LINES) {
				this.last.remove();
			}
			this.last.add(shown.substring(0, Math.min(shown.length(), LONGEST_LINE)));
		}
	}

}
