package io.clustercontroller.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback ports that are free and stay free while the server that had them is down.
 * <p>
 * They lie below the range from which the kernel takes the ports of outgoing connections.
 * A port of that range could be taken by a stranger while its server is down, or by a
 * client that connects to it again and again until it meets itself.
 */
public final class FreePorts {

	private static final int FIRST = 20_000;

	private static final int LAST = 32_000;

	private static final Set<Integer> given = ConcurrentHashMap.newKeySet();

	private FreePorts() {
	}

	/**
	 * A port that was free a moment ago and that nobody else in this JVM was given.
	 * Another process may still take it first, so be ready to ask for another.
	 */
	public static int next() {
		while (given.size() < (LAST - FIRST) / 2) {
			int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
			if (given.add(port) && isFree(port)) {
				return port;
			}
		}
		throw new IllegalStateException("No free port left between " + FIRST + " and " + LAST);
	}

	static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
