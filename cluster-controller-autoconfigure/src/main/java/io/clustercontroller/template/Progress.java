package io.clustercontroller.template;

import java.io.IOException;
import java.time.Duration;
import java.util.function.BiConsumer;

import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateSyntaxException;
import com.hubspot.jinjava.tree.Node;
import io.clustercontroller.coordination.TimeSource;

/**
 * Follows the engine from node to node: knows where it is, and ends it when its time is
 * over.
 */
final class Progress implements BiConsumer<Node, JinjavaInterpreter> {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private final TimeSource time;

	private final long deadline;

	private String template = "";

	private int line = 1;

	Progress(TimeSource time) {
		this.time = time;
		this.deadline = time.nanoTime() + LIMIT.toNanos();
	}

	@Override
	public void accept(Node node, JinjavaInterpreter interpreter) {
		this.template = interpreter.getContext().getCurrentPathStack().peek().orElse("");
		this.line = node.getLineNumber();
		if (this.time.nanoTime() - this.deadline >= 0) {
			throw new RenderException(this.template, this.line,
					"it is still here after " + LIMIT.toSeconds() + " seconds, as if it had no end");
		}
	}

	/**
	 * Say what is wrong and where, from whatever the engine has thrown.
	 */
	RenderException explain(RuntimeException exception) {
		RenderException known = RenderException.in(exception);
		if (known != null) {
			return known;
		}
		boolean located = exception instanceof InterpretException failure && failure.getLineNumber() > 0;
		return new RenderException(this.template,
				located ? ((InterpretException) exception).getLineNumber() : this.line, reason(exception));
	}

	private static String reason(RuntimeException exception) {
		if (exception instanceof TemplateSyntaxException && exception.getCause() == null) {
			// Comes from a tag, and quotes it
			return String.valueOf(exception.getMessage());
		}
		return (exception.getCause() instanceof IOException)
				? "there is no such file in the folder of the template, or it cannot be read"
				: RenderException.NOT_EVALUATED;
	}

}
