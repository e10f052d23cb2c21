package io.clustercontroller.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A service that listens on a port as long as a file exists.
 */
public final class ListeningService {

	private ListeningService() {
	}

	public static void main(String[] args) throws IOException {
		Path file = Path.of(args[1]);
		while (true) {
			await(file, true);
			try (ServerSocket socket = new ServerSocket(Integer.parseInt(args[0]), 50,
					InetAddress.getLoopbackAddress())) {
				System.out.println("Listening on " + socket.getLocalPort());
				await(file, false);
			}
		}
	}

	private static void await(Path file, boolean there) {
		while (Files.exists(file) != there) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
		}
	}

	/** The command that runs it. */
	static String command(int port, Path file) {
		return "'" + Path.of(System.getProperty("java.home"), "bin", "java") + "' -Xshare:auto -Xmx32m "
				+ "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '" + testClasses() + "' "
				+ ListeningService.class.getName() + " " + port + " '" + file + "'";
	}

	private static Path testClasses() {
		try {
			return Path.of(ListeningService.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
