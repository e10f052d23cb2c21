package io.clustercontroller.template;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;

import io.clustercontroller.command.Command;
import io.clustercontroller.command.CommandException;
import io.clustercontroller.command.CommandResult;
import io.clustercontroller.command.Commands;
import io.clustercontroller.command.HiddenValues;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Lets the command of a template judge the file before it is published.
 */
final class CheckCommand {

	private static final int LAST_LINES = 20;

	private static final Duration GRACE = Duration.ofSeconds(2);

	private final Supplier<Commands> commands;

	private final Map<String, String> environment;

	private final HiddenValues hidden;

	CheckCommand(Supplier<Commands> commands, Map<String, String> environment) {
		this.commands = commands;
		this.environment = environment;
		this.hidden = new HiddenValues(environment);
	}

	/**
	 * Run the command, if there is one.
	 * @throws TemplateException if it does not accept the file
	 */
	void run(TemplateProperties.Template template, Path file) {
		List<String> words = template.check(file);
		if (words.isEmpty()) {
			return;
		}
		Command command = new Command(words, null, this.environment, false, "TERM", GRACE);
		Deque<String> lines = new ConcurrentLinkedDeque<>();
		try {
			CommandResult result = this.commands.get().run(command, template.checkTimeout(), (line) -> {
				if (lines.size() == LAST_LINES) {
					lines.remove();
				}
				lines.add(this.hidden.hide(line));
			});
			if (!result.isSuccess()) {
				throw refused(template, result, lines);
			}
		}
		catch (CommandException ex) {
			throw new TemplateException(
					"The check of '" + template.target() + "' cannot be run: " + ex.getMessage() + ".", ex.getRemedy(),
					ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new TemplateException("The check of '" + template.target() + "' was interrupted.",
					"Start the application again.", ex);
		}
	}

	private static TemplateException refused(TemplateProperties.Template template, CommandResult result,
			Deque<String> lines) {
		String message = "'%s' has not been changed, since what '%s' renders did not pass '%s': %s. %s"
			.formatted(template.target(), template.source(), template.checkCommand(),
					result.timedOut() ? "it was not done within "
							+ DurationFormatterUtils.print(template.checkTimeout(), DurationFormat.Style.COMPOSITE)
							: "it ended with exit code " + result.exitCode(),
					lines.isEmpty() ? "It printed nothing." : "The last it printed:");
		return new TemplateException(lines.isEmpty() ? message : message + "\n\n    " + String.join("\n    ", lines),
				result.timedOut() ? "Raise 'check-timeout' of the template, or see what its 'check-command' waits for."
						: "Correct the template, or the variables it uses.",
				null);
	}

}
