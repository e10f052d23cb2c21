package io.clustercontroller.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * A network that can be broken: a port on loopback whose connections lead to a target.
 * What is held back is delivered later, in order, as a network does that recovers before
 * TCP gives up.
 * <p>
 * The modes exclude each other, except that a delay stays in force until {@link #pass()}.
 */
public final class TcpProxy implements AutoCloseable {

	private final InetSocketAddress target;

	private final InetSocketAddress address;

	private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();

	private final AtomicInteger accepted = new AtomicInteger();

	private final Gate requests = new Gate();

	private final Gate answers = new Gate();

	private @Nullable ServerSocket listener;

	private @Nullable Thread acceptor;

	private TcpProxy(InetSocketAddress target, int port) {
		this.target = target;
		this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
	}

	/**
	 * Open a proxy that lets everything pass.
	 * @param endpoint where to, {@code http://host:port}
	 */
	public static TcpProxy to(String endpoint) {
		URI uri = URI.create(endpoint);
		InetSocketAddress target = new InetSocketAddress(uri.getHost(), uri.getPort());
		while (true) {
			TcpProxy proxy = new TcpProxy(target, FreePorts.next());
			try {
				proxy.pass();
				return proxy;
			}
			catch (UncheckedIOException ex) {
				// somebody was faster in taking the port
			}
		}
	}

	/** The URL of the proxy, {@code http://127.0.0.1:port}. */
	public String endpoint() {
		return "http://127.0.0.1:" + port();
	}

	public int port() {
		return this.address.getPort();
	}

	/** How many connections are open. */
	public int connections() {
		return this.connections.size();
	}

	/** How many connections have been made since the start. */
	public int accepted() {
		return this.accepted.get();
	}

	/** Let everything pass, without delay, and what was held back first. */
	public void pass() {
		this.requests.delay(Duration.ZERO);
		this.answers.delay(Duration.ZERO);
		this.requests.open();
		this.answers.open();
		listen();
	}

	/**
	 * Swallow everything: connections stay open and new ones are taken, but nothing gets
	 * through in either direction.
	 */
	public void blackHole() {
		this.requests.shut();
		this.answers.shut();
		listen();
	}

	/** Close all connections, with what they hold back, and refuse new ones. */
	public synchronized void cut() {
		close(this.listener);
		this.listener = null;
		this.connections.forEach(ProxiedConnection::close);
		awaitEndOf(this.acceptor);
		this.connections.forEach(ProxiedConnection::close);
	}

	/** The port takes connections until the thread that accepts them lets go of it. */
	private static void awaitEndOf(@Nullable Thread acceptor) {
		try {
			if (acceptor != null) {
				acceptor.join(5000);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Let requests pass and hold back the answers. */
	public void holdAnswers() {
		this.requests.open();
		this.answers.shut();
		listen();
	}

	/** Deliver the answers that were held back, and all further ones. */
	public void releaseAnswers() {
		this.answers.open();
	}

	/** Deliver everything that much later, each request and each answer. */
	public void delay(Duration delay) {
		this.requests.delay(delay);
		this.answers.delay(delay);
	}

	@Override
	public void close() {
		cut();
	}

	@Override
	public String toString() {
		return "proxy " + endpoint() + " to " + this.target;
	}

	private synchronized void listen() {
		if (this.listener != null) {
			return;
		}
		try {
			ServerSocket listener = new ServerSocket();
			this.listener = listener;
			listener.setReuseAddress(true);
			listener.bind(this.address, 200);
			Thread acceptor = ChildProcesses.daemon("tcp-proxy-" + port(), () -> accept(listener));
			this.acceptor = acceptor;
			acceptor.start();
		}
		catch (IOException ex) {
			close(this.listener);
			this.listener = null;
			throw new UncheckedIOException(ex);
		}
	}

	private void accept(ServerSocket listener) {
		while (!listener.isClosed()) {
			try {
				connect(listener, listener.accept());
			}
			catch (IOException ex) {
				// the listener is closed, or the target refuses: the next one may succeed
			}
		}
	}

	private void connect(ServerSocket listener, Socket client) throws IOException {
		Socket server = new Socket();
		ProxiedConnection connection = new ProxiedConnection(client, server,
				"tcp-proxy-" + port() + "-" + this.accepted.incrementAndGet(), this.connections::remove);
		this.connections.add(connection);
		try {
			server.connect(this.target, 2000);
			connection.start(this.requests, this.answers);
		}
		catch (IOException ex) {
			connection.close();
			throw ex;
		}
		if (listener.isClosed()) {
			// cut while it was connecting
			connection.close();
		}
	}

	static void close(@Nullable Closeable closeable) {
		if (closeable != null) {
			try {
				closeable.close();
			}
			catch (IOException ex) {
				// it is gone either way
			}
		}
	}

	/** What holds back the data of one direction. */
	static final class Gate {

		private boolean open = true;

		private long delayNanos;

		synchronized void open() {
			this.open = true;
			notifyAll();
		}

		synchronized void shut() {
			this.open = false;
		}

		synchronized void delay(Duration delay) {
			this.delayNanos = delay.toNanos();
			notifyAll();
		}

		/** Wait until what has arrived at the given time may go on. */
		synchronized void pass(long arrivedAt) throws InterruptedException {
			while (true) {
				long remaining = arrivedAt + this.delayNanos - System.nanoTime();
				if (this.open && remaining <= 0) {
					return;
				}
				wait(this.open ? remaining / 1_000_000 + 1 : 0);
			}
		}

	}

}
