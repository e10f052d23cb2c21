package io.clustercontroller.template;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.Context.Library;
import io.clustercontroller.coordination.TimeSource;

/**
 * Renders one template after the other with the same variables. Used by one thread.
 */
final class TemplateRenderer {

	private static final long LONGEST_OUTPUT = 16 << 20;

	/**
	 * What interprets values as templates or logs them, and tags that Jinja2 does not
	 * have and that would not notice undefined variables.
	 */
	private static final Map<Library, Set<String>> SWITCHED_OFF = Map.of(Library.FILTER,
			Set.of("render", "log", "striptags"), Library.TAG, Set.of("cycle", "ifchanged"));

	/** As Jinja2 reads templates, where the engine has kept older ways of its own. */
	private static final LegacyOverrides LIKE_JINJA2 = LegacyOverrides.newBuilder()
		.withAllowAdjacentTextNodes(true)
		.withEvaluateMapKeys(true)
		.withHandleBackslashInQuotesOnly(true)
		.withIterateOverMapKeys(true)
		.withKeepNullableLoopValues(true)
		.withParseWhitespaceControlStrictly(true)
		.withUseNaturalOperatorPrecedence(true)
		.withUsePyishObjectMapper(true)
		.withUseTrimmingForNotesAndExpressions(true)
		.build();

	private final Map<String, Object> variables;

	private final TimeSource time;

	TemplateRenderer(Map<String, Object> variables, TimeSource time) {
		this.variables = variables;
		this.time = time;
	}

	/**
	 * Render a template.
	 * @throws TemplateException if that cannot be done
	 */
	String render(Path source) {
		Path file = source.toAbsolutePath().normalize();
		String template = read(file);
		TemplateFolder folder = new TemplateFolder(file);
		Progress progress = new Progress(this.time);
		try {
			return interpreter(folder, progress).render(template);
		}
		catch (RuntimeException ex) {
			throw failure(file, folder, progress.explain(ex));
		}
	}

	private static String read(Path file) {
		String remedy = "Correct 'source' of the template in '" + TemplateProperties.NAME
				+ "', or put a template there that can be read.";
		if (!Files.isRegularFile(file)) {
			throw new TemplateException(
					"The template '" + file + "' " + (Files.exists(file) ? "is not a file." : "does not exist."),
					remedy, null);
		}
		try {
			return Files.readString(file);
		}
		catch (CharacterCodingException ex) {
			throw new TemplateException("The template '" + file + "' is not encoded in UTF-8.",
					"Convert the template to UTF-8.", ex);
		}
		catch (IOException ex) {
			throw new TemplateException("The template '" + file + "' cannot be read: " + ex + ".", remedy, ex);
		}
	}

	private StrictInterpreter interpreter(TemplateFolder folder, Progress progress) {
		JinjavaConfig config = JinjavaConfig.newBuilder()
			// Otherwise a value that looks like a template would be rendered as one
			.withNestedInterpretationEnabled(false)
			.withLegacyOverrides(LIKE_JINJA2)
			.withElResolver(new StrictResolver())
			.withMaxOutputSize(LONGEST_OUTPUT)
			.withDisabled(SWITCHED_OFF)
			.withProcessors(JinjavaProcessors.newBuilder().withNodePreProcessor(progress).build())
			.withInterperterFactory(new StrictInterpreter.Factory())
			.build();
		Jinjava engine = new Jinjava(config);
		engine.setResourceLocator(folder);
		Context context = engine.getGlobalContext();
		context.registerFilter(new DefaultFilter("default"));
		context.registerFilter(new DefaultFilter("d"));
		context.registerExpTest(new DefinedTest("defined", true));
		context.registerExpTest(new DefinedTest("undefined", false));
		return new StrictInterpreter(engine,
				new StrictContext(engine.getGlobalContextCopy(), this.variables, config.getDisabled()), config);
	}

	private static TemplateException failure(Path file, TemplateFolder folder, RenderException cause) {
		Path at = cause.getTemplate().isEmpty() ? file : folder.resolve(cause.getTemplate());
		String included = at.equals(file) ? "" : " (included by '" + file + "')";
		return new TemplateException("The template '%s'%s cannot be rendered: line %d, %s.%n%n    %s".formatted(at,
				included, cause.getLine(), cause.getMessage(), line(at, cause.getLine())), """
						Correct the template, or set the variable. What may be missing needs \
						'{{ NAME | default('...') }}' or '{% if NAME is defined %}'.""", null);
	}

	private static String line(Path file, int number) {
		try (Stream<String> lines = Files.lines(file)) {
			return lines.skip(Math.max(0, number - 1)).findFirst().orElse("").strip();
		}
		catch (IOException | UncheckedIOException ex) {
			return "";
		}
	}

}
