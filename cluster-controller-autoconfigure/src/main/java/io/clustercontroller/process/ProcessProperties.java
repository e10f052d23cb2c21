package io.clustercontroller.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.Role;
import io.clustercontroller.command.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.Delimiter;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Configuration properties of the supervised service.
 *
 * @param command Command of the service: a list of words, or one text that is split into
 * words as a shell does. No shell is run unless the command names one. When empty,
 * nothing is supervised.
 * @param workingDirectory Directory the service runs in. Default is that of the
 * controller.
 * @param environment Variables that the service sees besides those of the controller.
 * @param input What the service reads as its standard input: 'none', which is an empty
 * one, or 'inherit', which is that of the controller.
 * @param output Where its standard output and error go: 'log', line by line to the log;
 * 'inherit', to those of the controller; 'file', to the end of 'output-file'; or
 * 'discard'.
 * @param outputFile File for the output 'file'. It grows without a limit.
 * @param log how lines are logged
 * @param suppressLogRegexp Regular expression; a line in which it is found is not logged.
 * @param runOn Role in which the service runs: 'all', 'master' or 'slave'.
 * @param onRoleChange How a running service is told of a new role: 'none', not at all;
 * 'restart'; 'signal', by 'role-change-signal'; or 'command', by 'on-master-command' and
 * 'on-slave-command'.
 * @param roleChangeSignal Signal for the service process on a change of role.
 * @param onMasterCommand Command that runs when this instance becomes master while the
 * service runs. Written as 'command'.
 * @param onSlaveCommand Command that runs when this instance becomes slave while the
 * service runs. Written as 'command'.
 * @param roleCommandTimeout Time after which a command for a change of role is ended and
 * counts as failed.
 * @param stopSignal Signal that asks the service to end, sent to its process group.
 * @param stopTimeout Time between the stop signal and SIGKILL. Never more than the stop
 * of the instance leaves, which is also the default: 'cluster-controller.stop-timeout'
 * less the time for handing over.
 * @param restart what happens when the service ends by itself
 * @param requireNoSurvivors Whether the start fails if the machine lacks what it takes to
 * leave no process of the service behind when the controller is killed.
 */
@ConfigurationProperties("cluster-controller.process")
record ProcessProperties(@Delimiter(Delimiter.NONE) @DefaultValue List<String> command, @Nullable Path workingDirectory,
		@DefaultValue Map<String, String> environment, @DefaultValue("none") Input input,
		@DefaultValue("log") OutputTarget output, @Nullable Path outputFile, @DefaultValue Log log,
		@Nullable String suppressLogRegexp, @DefaultValue("all") RunOn runOn,
		@DefaultValue("none") OnRoleChange onRoleChange, @DefaultValue("HUP") String roleChangeSignal,
		@Delimiter(Delimiter.NONE) @DefaultValue List<String> onMasterCommand,
		@Delimiter(Delimiter.NONE) @DefaultValue List<String> onSlaveCommand,
		@DefaultValue("30s") Duration roleCommandTimeout, @DefaultValue("TERM") String stopSignal,
		@Nullable Duration stopTimeout, @DefaultValue Restart restart,
		@DefaultValue("false") boolean requireNoSurvivors) {

	static final String PREFIX = "cluster-controller.process.";

	private static final Duration LONGEST = Duration.ofDays(365);

	ProcessProperties {
		command = words("command", command);
		onMasterCommand = words("on-master-command", onMasterCommand);
		onSlaveCommand = words("on-slave-command", onSlaveCommand);
		environment = Map.copyOf(environment);
		roleChangeSignal = signal("role-change-signal", roleChangeSignal);
		stopSignal = signal("stop-signal", stopSignal);
		checkPattern(suppressLogRegexp);
		checkPositive("role-command-timeout", roleCommandTimeout, "30s");
		if (stopTimeout != null) {
			checkPositive("stop-timeout", stopTimeout, "5s");
		}
		if (output == OutputTarget.FILE && outputFile == null) {
			throw new InvalidPropertyException(PREFIX + "output-file", null,
					"the output 'file' needs the name of the file",
					"Set 'cluster-controller.process.output-file', or another 'cluster-controller.process.output'.");
		}
		if (onRoleChange == OnRoleChange.COMMAND && onMasterCommand.isEmpty() && onSlaveCommand.isEmpty()) {
			throw new InvalidPropertyException(PREFIX + "on-role-change", "command", "there is no command to run",
					"Set 'cluster-controller.process.on-master-command' or 'cluster-controller.process.on-slave-command'.");
		}
		if (onRoleChange != OnRoleChange.COMMAND && !(onMasterCommand.isEmpty() && onSlaveCommand.isEmpty())) {
			throw new InvalidPropertyException(PREFIX + "on-role-change", onRoleChange.name().toLowerCase(Locale.ROOT),
					"the commands for a change of role would never run",
					"Set 'cluster-controller.process.on-role-change' to 'command', or remove 'on-master-command' and "
							+ "'on-slave-command'.");
		}
		if (onRoleChange != OnRoleChange.NONE && runOn != RunOn.ALL) {
			throw new InvalidPropertyException(PREFIX + "on-role-change", onRoleChange.name().toLowerCase(Locale.ROOT),
					"a service that runs in one role only never sees a change of it",
					"Remove 'cluster-controller.process.on-role-change', or set 'cluster-controller.process.run-on' to "
							+ "'all'.");
		}
	}

	private static List<String> words(String property, List<String> given) {
		if (given.size() != 1) {
			return List.copyOf(given);
		}
		try {
			return Command.split(given.get(0));
		}
		catch (IllegalArgumentException ex) {
			// only its beginning: arguments may hold a secret
			throw new InvalidPropertyException(PREFIX + property, given.get(0).trim().split("\\s", 2)[0] + " ...",
					String.valueOf(ex.getMessage()),
					"Quote it as for a shell, or give it as a list of words: 'cluster-controller.process." + property
							+ "[0]', '[1]' and so on.");
		}
	}

	private static String signal(String property, String given) {
		try {
			return Command.signalName(given);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidPropertyException(PREFIX + property, given, String.valueOf(ex.getMessage()),
					"Set 'cluster-controller.process." + property
							+ "' to a name such as TERM, INT, QUIT, HUP or USR1.");
		}
	}

	private static void checkPattern(@Nullable String regexp) {
		try {
			if (regexp != null) {
				Pattern.compile(regexp);
			}
		}
		catch (PatternSyntaxException ex) {
			throw new InvalidPropertyException(PREFIX + "suppress-log-regexp", regexp,
					"it is no regular expression of Java: " + ex.getDescription() + " near index " + ex.getIndex(),
					"Correct SUPPRESS_LOG_REGEXP, or 'cluster-controller.process.suppress-log-regexp'.");
		}
	}

	private static void checkPositive(String property, Duration value, String example) {
		if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
			throw new InvalidPropertyException(PREFIX + property, text(value),
					"it has to be above zero and below a year",
					"Set 'cluster-controller.process." + property + "' to a time such as " + example + ".");
		}
	}

	private static String text(Duration duration) {
		return DurationFormatterUtils.print(duration, DurationFormat.Style.COMPOSITE);
	}

	/** What the service reads. */
	enum Input {

		NONE, INHERIT

	}

	/** Where the output goes. */
	enum OutputTarget {

		LOG, INHERIT, FILE, DISCARD

	}

	/** The roles in which the service runs. */
	enum RunOn {

		ALL, MASTER, SLAVE;

		boolean includes(Role role) {
			return this == ALL || (this == MASTER) == (role == Role.MASTER);
		}

	}

	/** How a running service learns of its new role. */
	enum OnRoleChange {

		NONE, RESTART, SIGNAL, COMMAND

	}

	/**
	 * How lines are logged.
	 *
	 * @param logger Name of the logger that the lines of the service go to.
	 * @param stdoutLevel Level of the lines of its standard output.
	 * @param stderrLevel Level of the lines of its standard error.
	 * @param merge Whether standard error is written to standard output, which keeps the
	 * order of the lines; all have the level of standard output then.
	 */
	record Log(@DefaultValue("service") String logger, @DefaultValue("info") Level stdoutLevel,
			@DefaultValue("warn") Level stderrLevel, @DefaultValue("false") boolean merge) {
	}

	/**
	 * What happens when the service ends by itself.
	 *
	 * @param policy When it is restarted: 'never', its end ends the instance;
	 * 'on-failure', unless its exit code is 0; or 'always'.
	 * @param delay Time before the first restart. It doubles with each one, and is cut by
	 * up to a half at random.
	 * @param maxDelay Longest time before a restart.
	 * @param stableAfter Time after which a service that runs is taken for healthy, so
	 * that the delay is the first one again.
	 * @param limit How many restarts there may be within the window. One more, and the
	 * instance ends with the exit code of the service.
	 * @param window Time in which the restarts are counted.
	 */
	record Restart(@DefaultValue("never") Policy policy, @DefaultValue("1s") Duration delay,
			@DefaultValue("30s") Duration maxDelay, @DefaultValue("1m") Duration stableAfter,
			@DefaultValue("10") int limit, @DefaultValue("10m") Duration window) {

		Restart {
			checkPositive("restart.delay", delay, "1s");
			checkPositive("restart.max-delay", maxDelay, "30s");
			checkPositive("restart.stable-after", stableAfter, "1m");
			checkPositive("restart.window", window, "10m");
			if (maxDelay.compareTo(delay) < 0) {
				throw new InvalidPropertyException(PREFIX + "restart.max-delay", text(maxDelay),
						"it is below the first delay of " + text(delay),
						"Set 'cluster-controller.process.restart.max-delay' to that or more.");
			}
			if (limit < 1) {
				throw new InvalidPropertyException(PREFIX + "restart.limit", limit, "a limit is 1 or more",
						"Set 'cluster-controller.process.restart.limit' to 1 or more, or "
								+ "'cluster-controller.process.restart.policy' to 'never'.");
			}
		}

		/** When the service is restarted. */
		enum Policy {

			NEVER, ON_FAILURE, ALWAYS

		}

	}

}
