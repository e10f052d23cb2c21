package io.clustercontroller.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A port on loopback behind which nobody is, in one of the ways in which a host can be
 * dead. It stays so until it is closed.
 */
public final class UnreachablePort implements AutoCloseable {

	private static final int CONNECT_MILLIS = 200;

	private static final int MOST_FILLERS = 50;

	private final int port;

	private final List<Closeable> sockets = new CopyOnWriteArrayList<>();

	private UnreachablePort(int port, Closeable socket) {
		this.port = port;
		this.sockets.add(socket);
	}

	/** A port that refuses every connection: the host lives, the server does not. */
	public static UnreachablePort refused() {
		try {
			// bound but not listening: nobody else can take the port meanwhile
			Socket socket = new Socket();
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
			return new UnreachablePort(socket.getLocalPort(), socket);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A port that takes connections and never answers: the server is frozen. */
	public static UnreachablePort silent() {
		return listening(1000);
	}

	/**
	 * A port on which an attempt to connect hangs: the host is gone, or its packets are
	 * dropped.
	 */
	public static UnreachablePort blackHole() {
		UnreachablePort port = listening(1);
		try {
			for (int i = 0; i < MOST_FILLERS; i++) {
				// what nobody accepts fills the backlog; a full one drops what comes
				Socket filler = new Socket();
				port.sockets.add(filler);
				filler.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.port), CONNECT_MILLIS);
			}
			throw new IllegalStateException("This machine takes connections beyond the backlog");
		}
		catch (SocketTimeoutException ex) {
			return port;
		}
		catch (IOException ex) {
			port.close();
			throw new UncheckedIOException(ex);
		}
	}

	public int port() {
		return this.port;
	}

	/** The URL of the port, {@code http://127.0.0.1:port}. */
	public String endpoint() {
		return "http://127.0.0.1:" + this.port;
	}

	@Override
	public void close() {
		this.sockets.forEach(TcpProxy::close);
	}

	private static UnreachablePort listening(int backlog) {
		try {
			ServerSocket socket = new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
			return new UnreachablePort(socket.getLocalPort(), socket);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
