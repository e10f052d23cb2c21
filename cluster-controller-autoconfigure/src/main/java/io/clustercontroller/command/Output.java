package io.clustercontroller.command;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Where the standard output and the standard error of a command go.
 */
public sealed interface Output {

	/** To those of this JVM. */
	record Inherited() implements Output {
	}

	/** Nowhere. */
	record Discarded() implements Output {
	}

	/** Both to the end of a file. */
	record ToFile(Path file) implements Output {
	}

	/**
	 * Line by line, each of the two on a thread of its own. A consumer that blocks holds
	 * the command up; one that throws is logged.
	 */
	record Lines(Consumer<String> out, Consumer<String> err) implements Output {
	}

	/** Both line by line, in the order in which they were written. */
	record MergedLines(Consumer<String> lines) implements Output {
	}

}
