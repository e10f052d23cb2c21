package io.clustercontroller.testing;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes facts to a file. What is written stays, even if the process is killed next.
 */
final class TimelineWriter implements AutoCloseable {

	private final OutputStream file;

	TimelineWriter(Path file) {
		try {
			this.file = new FileOutputStream(file.toFile(), true);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		write(Fact.Kind.STARTED, Map.of());
	}

	void write(Fact.Kind kind, Map<String, String> details) {
		long now = System.nanoTime();
		write(new Fact(kind, now, now, System.currentTimeMillis(), details));
	}

	synchronized void write(Fact fact) {
		try {
			// one unbuffered write per line: a reader sees whole lines
			this.file.write((fact.toLine() + "\n").getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Note the end of the application context. The file stays open: the process is
	 * watched until its own end.
	 */
	@Override
	public void close() {
		write(Fact.Kind.CLOSED, Map.of());
	}

}
