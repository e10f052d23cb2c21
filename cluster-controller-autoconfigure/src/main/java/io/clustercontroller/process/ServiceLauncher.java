package io.clustercontroller.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.clustercontroller.ClusterTimings;
import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.Role;
import io.clustercontroller.command.Command;
import io.clustercontroller.command.CommandException;
import io.clustercontroller.command.Commands;
import io.clustercontroller.command.Output;
import io.clustercontroller.command.RunningCommand;
import io.clustercontroller.process.ProcessProperties.Input;
import io.clustercontroller.process.ProcessProperties.Log;
import io.clustercontroller.process.ProcessProperties.OutputTarget;
import org.jspecify.annotations.Nullable;

/**
 * Starts the service, and the commands that tell it of its role, as it is configured.
 */
final class ServiceLauncher {

	private final ProcessProperties properties;

	private final Commands commands;

	private final ServiceEnvironment environment;

	private final Duration orphanGrace;

	private final LineLog log;

	ServiceLauncher(ProcessProperties properties, Commands commands, ServiceEnvironment environment,
			ClusterTimings timings) {
		this.properties = properties;
		this.commands = commands;
		this.environment = environment;
		// without a controller, too, it has to be gone when another one may be master
		Duration limit = timings.lossLimit();
		Duration timeout = properties.stopTimeout();
		this.orphanGrace = (timeout != null && timeout.compareTo(limit) < 0) ? timeout : limit;
		this.log = new LineLog(properties.log(), properties.suppressLogRegexp());
	}

	/**
	 * Check that all that is configured can be run, and written to.
	 * @throws InvalidPropertyException if something cannot
	 */
	void check() {
		Path directory = this.properties.workingDirectory();
		if (directory != null && !Files.isDirectory(directory)) {
			throw new InvalidPropertyException(ProcessProperties.PREFIX + "working-directory", directory,
					"there is no such directory",
					"Create it, or set '" + ProcessProperties.PREFIX + "working-directory' to another one.");
		}
		check("command", this.properties.command());
		check("on-master-command", this.properties.onMasterCommand());
		check("on-slave-command", this.properties.onSlaveCommand());
		if (this.properties.output() == OutputTarget.FILE) {
			check(outputFile());
		}
	}

	private void check(String property, List<String> words) {
		try {
			if (!words.isEmpty()) {
				command(words, new RoleNews(Role.SLAVE, 0), Input.NONE).check();
			}
		}
		catch (CommandException ex) {
			throw invalid(property, words, ex);
		}
	}

	/** The program alone is named: arguments may hold a secret. */
	private static InvalidPropertyException invalid(String property, List<String> words, CommandException failure) {
		return new InvalidPropertyException(ProcessProperties.PREFIX + property, words.get(0),
				String.valueOf(failure.getMessage()), failure.getRemedy());
	}

	/** The service could not be started: what to tell the user. */
	InvalidPropertyException invalid(CommandException failure) {
		return invalid("command", this.properties.command(), failure);
	}

	private static void check(Path file) {
		Path folder = file.toAbsolutePath().getParent();
		String problem = null;
		if (folder != null && !Files.isDirectory(folder)) {
			problem = "there is no folder " + folder;
		}
		else if (Files.isDirectory(file)) {
			problem = "it is a folder";
		}
		else if (!Files.isWritable((folder != null && Files.notExists(file)) ? folder : file)) {
			problem = "this user may not write to it";
		}
		if (problem != null) {
			throw new InvalidPropertyException(ProcessProperties.PREFIX + "output-file", file, problem,
					"Create the folder, allow to write there, or set '" + ProcessProperties.PREFIX
							+ "output-file' to another file.");
		}
	}

	/**
	 * Start the service; blocks for some milliseconds.
	 * @param keepFor how long it may live unless it is kept for longer; {@code null} for
	 * a life without a limit
	 * @throws CommandException if it cannot be started
	 */
	Launched launch(RoleNews news, @Nullable Duration keepFor, long now) {
		Command command = command(this.properties.command(), news, this.properties.input());
		return new Launched(this.commands.start(command, output(), keepFor), news, now, keepFor);
	}

	/**
	 * Start the command that tells the service of its role; blocks for some milliseconds.
	 * @return the command, or {@code null} if there is none for this role
	 * @throws CommandException if it cannot be started
	 */
	@Nullable RunningCommand startRoleCommand(RoleNews news) {
		List<String> words = (news.role() == Role.MASTER) ? this.properties.onMasterCommand()
				: this.properties.onSlaveCommand();
		if (words.isEmpty()) {
			return null;
		}
		return this.commands.start(command(words, news, Input.NONE), lines());
	}

	private Command command(List<String> words, RoleNews news, Input input) {
		return new Command(words, this.properties.workingDirectory(),
				this.environment.of(news.role(), news.fencingToken()), input == Input.INHERIT,
				this.properties.stopSignal(), this.orphanGrace);
	}

	private Output output() {
		return switch (this.properties.output()) {
			case INHERIT -> new Output.Inherited();
			case DISCARD -> new Output.Discarded();
			case FILE -> new Output.ToFile(outputFile());
			case LOG -> this.properties.log().merge()
					? new Output.MergedLines(this.log.at(this.properties.log().stdoutLevel())) : lines();
		};
	}

	private Output lines() {
		Log log = this.properties.log();
		return new Output.Lines(this.log.at(log.stdoutLevel()), this.log.at(log.stderrLevel()));
	}

	private Path outputFile() {
		Path file = this.properties.outputFile();
		if (file == null) {
			throw new IllegalStateException("Checked when the properties were bound");
		}
		return file;
	}

}
