package io.clustercontroller.register;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

import io.clustercontroller.ClusterController;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;

/**
 * A part of an application: while it is master it replaces the values of both registers
 * again and again. It asks {@code isMaster()} before each operation and passes its token
 * on, which is all that one can do. What it does it writes down first.
 */
class RegisterWriter implements SmartInitializingSingleton {

	static final String PORT = "test.register.port";

	static final String FILE = "test.register.file";

	private static final long PAUSE_NANOS = 5_000_000;

	private final ClusterController cluster;

	private final int port;

	private final Path file;

	private long number;

	RegisterWriter(ClusterController cluster, @Value("${" + PORT + "}") int port, @Value("${" + FILE + "}") Path file) {
		this.cluster = cluster;
		this.port = port;
		this.file = file;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Thread thread = new Thread(this::run, "register-writer");
		thread.setDaemon(true);
		thread.start();
	}

	private void run() {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port);
				BufferedReader input = new BufferedReader(
						new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
				PrintWriter output = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8)) {
			while (true) {
				for (String register : List.of(Store.FENCED, Store.PLAIN)) {
					OptionalLong token = this.cluster.fencingToken();
					if (this.cluster.isMaster() && token.isPresent()) {
						replace(register, token.getAsLong(), input, output);
					}
				}
				LockSupport.parkNanos(PAUSE_NANOS);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void replace(String register, long token, BufferedReader input, PrintWriter output) throws IOException {
		String who = " " + register + " " + token + " " + this.cluster.self().instanceId();
		long begin = System.nanoTime();
		output.println("read" + who);
		String from = input.readLine();
		if (from.equals(Store.REFUSED)) {
			note("refused " + register + " " + begin);
			return;
		}
		String to = token + "." + ++this.number;
		note("begin " + register + " " + begin + " " + from + " " + to);
		output.println("write" + who + " " + to);
		String answer = input.readLine();
		note(answer + " " + register + " " + System.nanoTime());
	}

	/** One write for each line: what is written stays when the process is killed. */
	private void note(String line) throws IOException {
		Files.writeString(this.file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
	}

}
