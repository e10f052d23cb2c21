package io.clustercontroller.template;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.command.Command;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Configuration properties of the files that are rendered before the service starts.
 *
 * @param templates Files to render from Jinja2 templates before the service starts, in
 * this order: each with a 'source', a 'target', and optionally a 'check-command' and its
 * 'check-timeout'. Variables are those of the environment; where the value contains a
 * comma it is a list.
 */
@ConfigurationProperties("cluster-controller")
record TemplateProperties(@DefaultValue List<Template> templates) {

	static final String NAME = "cluster-controller.templates";

	TemplateProperties {
		templates = List.copyOf(templates);
		Map<Path, Integer> targets = new HashMap<>();
		for (int i = 0; i < templates.size(); i++) {
			Template template = templates.get(i);
			check(NAME + "[" + i + "].", template);
			Integer other = targets.put(absolute(template.target()), i);
			if (other != null) {
				throw new InvalidPropertyException(NAME + "[" + i + "].target", template.target(),
						"'" + NAME + "[" + other + "]' writes the same file",
						"Give each template a target of its own.");
			}
		}
	}

	private static void check(String prefix, Template template) {
		checkGiven(prefix + "source", template.source, "the template to render, such as '/etc/nginx/nginx.conf.j2'");
		checkGiven(prefix + "target", template.target, "the file to write, such as '/etc/nginx/nginx.conf'");
		if (absolute(template.source()).equals(absolute(template.target()))) {
			throw new InvalidPropertyException(prefix + "target", template.target(), "it is the template itself",
					"Set '" + prefix + "target' to another file.");
		}
		if (template.checkCommand != null && !template.checkCommand.isBlank()) {
			checkWords(prefix + "check-command", template.checkCommand);
		}
		if (template.checkTimeout.compareTo(Template.SHORTEST_TIMEOUT) < 0
				|| template.checkTimeout.compareTo(Template.LONGEST_TIMEOUT) > 0) {
			throw new InvalidPropertyException(prefix + "check-timeout",
					DurationFormatterUtils.print(template.checkTimeout, DurationFormat.Style.COMPOSITE),
					"a check takes from 100ms to 1h", "Set '" + prefix + "check-timeout' to a time such as 10s.");
		}
	}

	private static void checkGiven(String property, @Nullable Path path, String meaning) {
		if (path == null || path.toString().isBlank()) {
			throw new InvalidPropertyException(property, null, "every template has to have one",
					"Set '" + property + "' to " + meaning + ".");
		}
	}

	private static void checkWords(String property, String command) {
		String remedy = "Set '" + property + "' to a command with " + Template.FILE
				+ " in the place of the file to check, such as 'nginx -t -c " + Template.FILE + "'.";
		try {
			if (Command.split(command).stream().noneMatch((word) -> word.contains(Template.FILE))) {
				throw new InvalidPropertyException(property, command,
						"without " + Template.FILE + " it would not check what has been rendered", remedy);
			}
		}
		catch (InvalidPropertyException ex) {
			throw ex;
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidPropertyException(property, command, String.valueOf(ex.getMessage()), remedy);
		}
	}

	private static Path absolute(Path path) {
		return path.toAbsolutePath().normalize();
	}

	/**
	 * A file to render.
	 *
	 * @param source Jinja2 template to render. Required.
	 * @param target File to write. Required. It keeps its mode and owner; a new one has
	 * those of the template.
	 * @param checkCommand Command that has to accept the file before it is published,
	 * such as 'nginx -t -c {file}', where {file} stands for the file to check. No shell
	 * is involved.
	 * @param checkTimeout Time that the check may take.
	 */
	record Template(Path source, Path target, @Nullable String checkCommand,
			@DefaultValue("10s") Duration checkTimeout) {

		/** What stands for the file to check. */
		static final String FILE = "{file}";

		private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);

		private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

		/** The words of the command that checks a file; none if there is no check. */
		List<String> check(Path file) {
			return (this.checkCommand != null) ? Command.split(this.checkCommand)
				.stream()
				.map((word) -> word.replace(FILE, file.toString()))
				.toList() : List.of();
		}

	}

}
