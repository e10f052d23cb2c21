package io.clustercontroller.register;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Two registers behind a port: one refuses whoever comes with a lower token than the
 * highest it has seen, the other one takes what it is given. A line is a request, such as
 * {@code read fenced 17 a} or {@code write plain 17 a value}: what, where, with which
 * token, by whom.
 */
final class Store implements AutoCloseable {

	static final String FENCED = "fenced";

	static final String PLAIN = "plain";

	static final String INITIAL = "0";

	static final String REFUSED = "refused";

	static final String DONE = "done";

	private final ServerSocket server;

	private final AtomicReference<@Nullable Ambush> ambush = new AtomicReference<>();

	private String fenced = INITIAL;

	private String plain = INITIAL;

	private long highestToken;

	Store() {
		try {
			this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		daemon("register-store", this::accept);
	}

	int port() {
		return this.server.getLocalPort();
	}

	/**
	 * Do something to the next client that reads a register, before it has the answer: it
	 * is then in the middle of its operation.
	 * @param action takes the name of the client
	 */
	void ambush(String register, Consumer<String> action) {
		this.ambush.set(new Ambush(register, action));
	}

	private void accept() {
		while (!this.server.isClosed()) {
			try {
				Socket client = this.server.accept();
				daemon("register-client", () -> serve(client));
			}
			catch (IOException ex) {
				// closed
			}
		}
	}

	private void serve(Socket socket) {
		try (socket;
				BufferedReader input = new BufferedReader(
						new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
				PrintWriter output = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8)) {
			for (String line = input.readLine(); line != null; line = input.readLine()) {
				String[] words = line.split(" ");
				String answer = answer(words);
				Ambush ambush = this.ambush.get();
				if (words[0].equals("read") && ambush != null && ambush.register().equals(words[1])
						&& this.ambush.compareAndSet(ambush, null)) {
					ambush.action().accept(words[3]);
				}
				output.println(answer);
			}
		}
		catch (IOException ex) {
			// killed
		}
	}

	private synchronized String answer(String[] words) {
		boolean isFenced = words[1].equals(FENCED);
		long token = Long.parseLong(words[2]);
		if (isFenced) {
			if (token < this.highestToken) {
				return REFUSED;
			}
			// reading is a claim, too: nobody with a lower token writes between it and
			// what follows
			this.highestToken = token;
		}
		if (words[0].equals("read")) {
			return isFenced ? this.fenced : this.plain;
		}
		if (isFenced) {
			this.fenced = words[4];
		}
		else {
			this.plain = words[4];
		}
		return DONE;
	}

	@Override
	public void close() throws IOException {
		this.server.close();
	}

	private static void daemon(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		thread.start();
	}

	private record Ambush(String register, Consumer<String> action) {
	}

}
