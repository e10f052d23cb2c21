package io.clustercontroller.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.Optional;

import io.clustercontroller.ClusterController;

/**
 * A port that has to accept connections.
 *
 * @param host name or address of the host, of which any address will do
 * @param port the port
 */
record TcpDependency(String host, int port) implements Dependency {

	@Override
	public Optional<String> findMissing(ClusterController cluster) {
		try {
			String missing = "its name has no address";
			for (InetAddress address : InetAddress.getAllByName(this.host)) {
				missing = connect(new InetSocketAddress(address, this.port));
				if (missing.isEmpty()) {
					return Optional.empty();
				}
			}
			return Optional.of(missing);
		}
		catch (UnknownHostException ex) {
			return Optional.of(Dependency.reason(ex));
		}
	}

	/** What came in the way of a connection, or nothing. */
	private static String connect(InetSocketAddress address) {
		// a channel, since unlike a socket it lets itself be interrupted
		try (SocketChannel channel = SocketChannel.open()) {
			channel.socket().connect(address, (int) LIMIT.toMillis());
			// the kernel may have given it the very port it looks for: it meets itself
			return channel.getLocalAddress().equals(channel.getRemoteAddress()) ? "nobody listens" : "";
		}
		catch (IOException ex) {
			return Dependency.reason(ex);
		}
	}

	@Override
	public String toString() {
		return "tcp://" + this.host + ":" + this.port;
	}

}
