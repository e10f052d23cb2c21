package io.clustercontroller.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.sun.net.httpserver.HttpServer;
import io.clustercontroller.testing.UnreachablePort;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TcpDependency} and {@link HttpDependency} on real sockets.
 */
class DependencyTests {

	@Test
	void portThatIsOpenIsThere() throws IOException {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			assertThat(look(new TcpDependency("localhost", server.getLocalPort()))).isEmpty();
		}
	}

	@Test
	void portThatIsOpenOnTheLastAddressOnlyIsThere() throws IOException {
		InetAddress[] addresses = InetAddress.getAllByName("localhost");
		try (ServerSocket server = new ServerSocket(0, 50, addresses[addresses.length - 1])) {
			assertThat(look(new TcpDependency("localhost", server.getLocalPort()))).isEmpty();
		}
	}

	@Test
	void portThatRefusesIsMissing() {
		try (UnreachablePort port = UnreachablePort.refused()) {
			assertThat(look(new TcpDependency("127.0.0.1", port.port()))).contains("Connection refused");
			assertThat(look(new HttpDependency(port.endpoint())).orElseThrow()).startsWith("Connection refused");
		}
	}

	@Test
	void portThatSwallowsConnectionsIsMissing() {
		try (UnreachablePort port = UnreachablePort.blackHole()) {
			assertThat(look(new TcpDependency("127.0.0.1", port.port()))).contains("no answer within 2 s");
			assertThat(look(new HttpDependency(port.endpoint()))).contains("no answer within 2 s");
		}
	}

	@Test
	void serverThatIsSilentIsThereForTcpAndMissingForHttp() {
		try (UnreachablePort port = UnreachablePort.silent()) {
			assertThat(look(new TcpDependency("127.0.0.1", port.port()))).isEmpty();
			assertThat(look(new HttpDependency(port.endpoint()))).contains("no answer within 2 s");
		}
	}

	@Test
	void nameThatDoesNotResolveIsMissing() {
		assertThat(look(new TcpDependency("no-such-host.invalid", 80))).contains("its name does not resolve");
		assertThat(look(new HttpDependency("http://no-such-host.invalid/"))).contains("its name does not resolve");
	}

	@Test
	void connectionCanBeInterruptedSoThatNoThreadIsLeft() {
		try (UnreachablePort port = UnreachablePort.blackHole()) {
			Thread looking = Thread.currentThread();
			Thread interrupting = new Thread(() -> {
				Awaitility.await()
					.until(() -> Arrays.stream(looking.getStackTrace())
						.anyMatch((frame) -> frame.getMethodName().equals("blockingConnect")));
				looking.interrupt();
			});
			interrupting.start();
			assertThat(look(new TcpDependency("127.0.0.1", port.port())).orElseThrow()).contains("ClosedByInterrupt");
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 204, 301, 302 })
	void goodStatusIsThere(int status) throws IOException {
		assertThat(lookAtServerThatAnswers(status)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 404, 500, 503 })
	void badStatusIsMissing(int status) throws IOException {
		assertThat(lookAtServerThatAnswers(status)).contains("it answers with status " + status);
	}

	@Test
	void httpsOfAServerWithoutTlsIsMissing() throws IOException {
		HttpServer server = start(200);
		try {
			assertThat(look(new HttpDependency("https://127.0.0.1:" + server.getAddress().getPort() + "/")))
				.isPresent();
		}
		finally {
			server.stop(0);
		}
	}

	@Test
	void answerThatIsNotHttpIsMissing() throws IOException {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			Thread greeter = new Thread(() -> greet(server));
			greeter.start();
			assertThat(look(new HttpDependency("http://127.0.0.1:" + server.getLocalPort()))).isPresent();
		}
	}

	@Test
	void lookingLeavesNoThreadBehind() throws IOException {
		HttpServer server = start(200);
		try {
			Set<Thread> before = Thread.getAllStackTraces().keySet();
			for (int i = 0; i < 10; i++) {
				look(new HttpDependency("http://127.0.0.1:" + server.getAddress().getPort() + "/"));
				look(new TcpDependency("127.0.0.1", server.getAddress().getPort()));
			}
			Awaitility.await().untilAsserted(() -> {
				List<String> more = Thread.getAllStackTraces()
					.keySet()
					.stream()
					.filter((thread) -> !before.contains(thread))
					.map(Thread::getName)
					.toList();
				assertThat(more).noneMatch((name) -> name.contains("Keep-Alive") || name.contains("HttpClient"));
			});
		}
		finally {
			server.stop(0);
		}
	}

	private static Optional<String> lookAtServerThatAnswers(int status) throws IOException {
		HttpServer server = start(status);
		try {
			return look(new HttpDependency("http://127.0.0.1:" + server.getAddress().getPort() + "/health?x=y"));
		}
		finally {
			server.stop(0);
		}
	}

	private static HttpServer start(int status) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", (exchange) -> {
			// a redirect that leads nowhere: it is not followed
			exchange.getResponseHeaders().add("Location", "http://no-such-host.invalid/");
			exchange.sendResponseHeaders(status, -1);
			exchange.close();
		});
		server.start();
		return server;
	}

	private static void greet(ServerSocket server) {
		try {
			while (true) {
				try (Socket socket = server.accept()) {
					socket.getOutputStream().write("220 mail ESMTP\r\n".getBytes());
				}
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private static Optional<String> look(Dependency dependency) {
		try {
			// only services ask the cluster
			return dependency.findMissing(null);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
