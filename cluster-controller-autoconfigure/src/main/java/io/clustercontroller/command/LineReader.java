package io.clustercontroller.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one stream of a command to its end, line by line, on a thread of its own.
 */
final class LineReader implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(LineReader.class);

	/** As much as a pipe holds. */
	private static final int BUFFER = 64 * 1024;

	private final String name;

	private final InputStream stream;

	private final Consumer<String> lines;

	private final CompletableFuture<Void> end = new CompletableFuture<>();

	/** Used by the reading thread only. */
	private long refused;

	/** Written by the reading thread only. */
	private volatile long read;

	/** Whether what was read last is still being handed on. */
	private volatile boolean handing;

	private volatile boolean closed;

	LineReader(String name, InputStream stream, Consumer<String> lines) {
		this.name = name;
		this.stream = stream;
		this.lines = lines;
	}

	void start() {
		Thread thread = new Thread(this::read, this.name);
		thread.setDaemon(true);
		thread.start();
	}

	/** Done when all is read and was taken. */
	CompletableFuture<Void> end() {
		return this.end;
	}

	/** How many bytes were read. */
	long bytesRead() {
		return this.read;
	}

	/** Whether its consumer is at work, and not who writes. */
	boolean isHandingOn() {
		return this.handing;
	}

	/** Read no further. */
	@Override
	public void close() {
		this.closed = true;
		try {
			this.stream.close();
		}
		catch (IOException ex) {
			logger.debug("{} is not closed", this.name, ex);
		}
	}

	@Override
	public String toString() {
		return "'" + this.name + "'";
	}

	private void read() {
		LineSplitter splitter = new LineSplitter(this::take);
		byte[] buffer = new byte[BUFFER];
		try (InputStream stream = this.stream) {
			for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
				this.handing = true;
				this.read += count;
				splitter.accept(buffer, count);
				this.handing = false;
			}
		}
		catch (IOException ex) {
			if (!this.closed) {
				logger.warn("{} can be read no further", this.name, ex);
			}
		}
		finally {
			this.handing = true;
			splitter.finish();
			if (this.refused > 1) {
				logger.error("{}: {} lines were not taken", this.name, this.refused);
			}
			this.end.complete(null);
		}
	}

	/** Reading goes on whatever happens: a pipe that is full stops the command. */
	private void take(String line) {
		try {
			this.lines.accept(line);
		}
		catch (RuntimeException | Error ex) {
			if (this.refused++ == 0) {
				logger.error("{}: a line was not taken; reading goes on, and further failures are counted only",
						this.name, ex);
			}
		}
	}

}
