package io.clustercontroller.process;

import java.util.function.Consumer;
import java.util.regex.Pattern;

import io.clustercontroller.process.ProcessProperties.Log;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs the lines of the service, on the thread that reads them: a log that is slow slows
 * the service down, and loses nothing.
 */
final class LineLog {

	private final Logger logger;

	private final @Nullable Pattern suppressed;

	LineLog(Log properties, @Nullable String suppressLogRegexp) {
		this.logger = LoggerFactory.getLogger(properties.logger());
		this.suppressed = (suppressLogRegexp != null) ? Pattern.compile(suppressLogRegexp) : null;
	}

	Consumer<String> at(Level level) {
		Consumer<String> log = switch (level) {
			case ERROR -> this.logger::error;
			case WARN -> this.logger::warn;
			case INFO -> this.logger::info;
			case DEBUG -> this.logger::debug;
			case TRACE -> this.logger::trace;
		};
		Pattern suppressed = this.suppressed;
		return (suppressed != null) ? (line) -> {
			if (!suppressed.matcher(line).find()) {
				log.accept(line);
			}
		} : log;
	}

}
