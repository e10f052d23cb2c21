package io.clustercontroller.template;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpreterFactory;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TagCycleException;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.tree.Node;
import jinjava.de.odysseus.el.tree.TreeBuilderException;
import org.jspecify.annotations.Nullable;

/**
 * Takes undefined variables seriously, and fails at the first error, where its template
 * and line are still known. The engine itself would collect errors, and what it takes for
 * warnings, and go on.
 */
final class StrictInterpreter extends JinjavaInterpreter {

	private static final Pattern TRIMMING_COMMENT = Pattern.compile("\\{#-|-#}");

	private boolean parsing;

	StrictInterpreter(Jinjava engine, Context context, JinjavaConfig config) {
		super(engine, context, config);
	}

	StrictInterpreter(JinjavaInterpreter original) {
		super(original);
	}

	@Override
	public Node parse(String template) {
		refuseTrimmingComments(template);
		this.parsing = true;
		try {
			Node root = super.parse(template);
			refuseElseOfLoops(root);
			return root;
		}
		finally {
			this.parsing = false;
		}
	}

	/** The engine would trim the blanks on both sides, or on none. */
	private void refuseTrimmingComments(String template) {
		Matcher comment = TRIMMING_COMMENT.matcher(template);
		if (comment.find()) {
			int line = 1 + (int) template.substring(0, comment.start()).chars().filter((c) -> c == '\n').count();
			throw new RenderException(template(this), line, "a comment must not have a '-' at its ends here");
		}
	}

	/** The engine would render it in each round. */
	private void refuseElseOfLoops(Node node) {
		for (Node child : node.getChildren()) {
			if (child.getName().equals("else") && node.getName().equals("for")) {
				throw new RenderException(template(this), child.getLineNumber(), "a loop must not have an 'else' here");
			}
			refuseElseOfLoops(child);
		}
	}

	/** A failure at the place where the engine is. */
	static RenderException failure(String reason) {
		JinjavaInterpreter current = JinjavaInterpreter.getCurrent();
		return new RenderException(template(current), current.getLineNumber(), reason);
	}

	private static String template(JinjavaInterpreter interpreter) {
		return interpreter.getContext().getCurrentPathStack().peek().orElse("");
	}

	@Override
	public @Nullable Object retraceVariable(String name, int line, int position) {
		Object value = super.retraceVariable(name, line, position);
		if (value != null || getContext().containsKey(name) || name.equals("none") || name.equals("None")) {
			return value;
		}
		return new Undefined(failure("'" + name + "' is not defined"));
	}

	@Override
	public void addError(TemplateError error) {
		RenderException known = RenderException.in(error.getException());
		if (known != null) {
			throw known;
		}
		throw new RenderException(template(this), this.parsing ? error.getLineno() : getLineNumber(), reason(error));
	}

	/*
	 * Most messages of the engine quote values, so they are not used; those of its
	 * parsers quote the template only.
	 */
	private String reason(TemplateError error) {
		if (this.parsing || causedByExpressionParser(error.getException())) {
			return error.getMessage();
		}
		if (error.getException() instanceof TagCycleException) {
			return "it includes or calls itself";
		}
		return switch (error.getReason()) {
			case DISABLED -> "this is switched off";
			case OUTPUT_TOO_BIG -> "the result is longer than a configuration file should be";
			case INVALID_ARGUMENT, INVALID_INPUT -> "'" + error.getFieldName() + "' cannot be used with these values";
			case UNKNOWN -> "there is no such attribute or element";
			default -> RenderException.NOT_EVALUATED;
		};
	}

	private static boolean causedByExpressionParser(@Nullable Throwable exception) {
		return exception != null && exception.getCause() instanceof TreeBuilderException;
	}

	/** Makes the interpreters of imported templates as strict as the first one. */
	static final class Factory implements InterpreterFactory {

		@Override
		public JinjavaInterpreter newInstance(JinjavaInterpreter original) {
			return new StrictInterpreter(original);
		}

		@Override
		public JinjavaInterpreter newInstance(Jinjava engine, Context context, JinjavaConfig config) {
			return new StrictInterpreter(engine, context, config);
		}

	}

}
