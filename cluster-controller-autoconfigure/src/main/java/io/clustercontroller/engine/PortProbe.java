package io.clustercontroller.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.clustercontroller.coordination.LoopThread;

/**
 * Watches whether the service of this instance answers: connects to its ports on
 * loopback, on a thread of its own.
 */
final class PortProbe implements AutoCloseable {

	private static final Duration PERIOD = Duration.ofMillis(500);

	/**
	 * A connection on loopback takes microseconds; this much only a frozen machine takes.
	 */
	private static final int CONNECT_MILLIS = 1000;

	/**
	 * How many rounds in a row a port has to be silent: a single one may be a full
	 * backlog.
	 */
	private static final int ROUNDS_UNTIL_SILENT = 3;

	/** A service may listen on either. */
	private static final List<String> LOOPBACK = List.of("127.0.0.1", "::1");

	private final List<Integer> ports;

	private final Consumer<List<Integer>> report;

	private final ScheduledExecutorService thread;

	private int silentRounds;

	/**
	 * @param report told the ports that do not answer, none if all do, after each round
	 * that is not doubtful
	 */
	PortProbe(List<Integer> ports, Consumer<List<Integer>> report) {
		this.ports = ports;
		this.report = report;
		this.thread = new LoopThread("cluster-ports", true);
	}

	void start() {
		this.thread.scheduleWithFixedDelay(this::probe, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public void close() {
		this.thread.shutdownNow();
	}

	private void probe() {
		List<Integer> silent = this.ports.stream().filter((port) -> !answers(port)).toList();
		this.silentRounds = silent.isEmpty() ? 0 : this.silentRounds + 1;
		if (silent.isEmpty() || this.silentRounds >= ROUNDS_UNTIL_SILENT) {
			this.report.accept(silent);
		}
	}

	static boolean answers(int port) {
		return LOOPBACK.stream().anyMatch((address) -> answers(address, port));
	}

	private static boolean answers(String address, int port) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
			// the kernel may have given it the very port it looks for: it meets itself
			return socket.getLocalPort() != port;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
