package io.clustercontroller.cost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import io.clustercontroller.cost.Supervision.Sink;

/**
 * The supervisor to compare the starter with.
 */
final class Supervisord {

	private Supervisord() {
	}

	/** Supervise this command, with its output in a file that does not rotate. */
	static Supervision start(Path directory, List<String> service) {
		try {
			Path script = Files.writeString(directory.resolve("command"),
					"exec " + service.stream()
						.map((word) -> "'" + word.replace("'", "'\\''") + "'")
						.collect(Collectors.joining(" ")));
			Path configuration = Files.writeString(directory.resolve("supervisord.conf"), """
					[supervisord]
					nodaemon=true
					logfile=/dev/null
					logfile_maxbytes=0
					pidfile=%1$s/supervisord.pid
					[program:service]
					command=sh %2$s
					directory=%1$s
					stdout_logfile=%1$s/%3$s
					stdout_logfile_maxbytes=0
					stderr_logfile=%1$s/service-err
					stderr_logfile_maxbytes=0
					startsecs=0
					""".formatted(directory, script, Sink.OUT));
			return Supervision.start(directory, Sink.NONE, List.of("supervisord", "-c", configuration.toString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
