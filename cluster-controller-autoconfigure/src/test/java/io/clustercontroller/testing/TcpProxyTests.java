package io.clustercontroller.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TcpProxy} and {@link UnreachablePort}.
 */
class TcpProxyTests {

	private ServerSocket echo;

	private TcpProxy proxy;

	@BeforeEach
	void open() throws IOException {
		this.echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		ChildProcesses.daemon("echo", this::serve).start();
		this.proxy = TcpProxy.to("http://127.0.0.1:" + this.echo.getLocalPort());
	}

	@AfterEach
	void close() throws IOException {
		this.proxy.close();
		this.echo.close();
		Awaitility.await()
			.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
				.noneMatch((thread) -> thread.getName().startsWith("tcp-proxy-" + this.proxy.port())));
	}

	@Test
	void passesBothWays() throws IOException {
		try (Socket client = connect()) {
			assertThat(ask(client, 'a')).isEqualTo('a');
			assertThat(ask(client, 'b')).isEqualTo('b');
			assertThat(this.proxy.connections()).isOne();
			client.shutdownOutput();
			assertThat(client.getInputStream().read()).isEqualTo(-1);
		}
		Awaitility.await().untilAsserted(() -> assertThat(this.proxy.connections()).isZero());
		assertThat(this.proxy.accepted()).isOne();
	}

	@Test
	void blackHoleAnswersNothingAndDeliversLater() throws IOException {
		try (Socket before = connect()) {
			assertThat(ask(before, 'a')).isEqualTo('a');
			this.proxy.blackHole();
			assertSilent(before, 'b');
			try (Socket meanwhile = connect()) {
				assertSilent(meanwhile, 'c');
				this.proxy.pass();
				assertThat(meanwhile.getInputStream().read()).isEqualTo('c');
			}
			assertThat(before.getInputStream().read()).isEqualTo('b');
		}
	}

	@Test
	void cutClosesAndRefusesUntilItPassesAgain() throws IOException {
		try (Socket client = connect()) {
			assertThat(ask(client, 'a')).isEqualTo('a');
			this.proxy.cut();
			assertThat(client.getInputStream().read()).isEqualTo(-1);
			assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
		}
		this.proxy.pass();
		try (Socket client = connect()) {
			assertThat(ask(client, 'b')).isEqualTo('b');
		}
	}

	@Test
	void cutIsCompleteWhenItReturns() throws IOException {
		for (int i = 0; i < 200; i++) {
			this.proxy.pass();
			connect().close();
			this.proxy.cut();
			assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
			assertThat(this.proxy.connections()).isZero();
		}
	}

	@Test
	void heldAnswersComeInOrderWhenReleased() throws IOException {
		try (Socket client = connect()) {
			this.proxy.holdAnswers();
			assertSilent(client, 'a');
			assertSilent(client, 'b');
			this.proxy.releaseAnswers();
			assertThat(client.getInputStream().read()).isEqualTo('a');
			assertThat(client.getInputStream().read()).isEqualTo('b');
		}
	}

	@Test
	void delayAddsUpForRequestAndAnswerOnly() throws IOException {
		try (Socket client = connect()) {
			assertThat(ask(client, 'a')).isEqualTo('a');
			this.proxy.delay(Duration.ofMillis(100));
			long begin = System.nanoTime();
			client.getOutputStream().write('b');
			client.getOutputStream().write('c');
			assertThat(client.getInputStream().read()).isEqualTo('b');
			assertThat(client.getInputStream().read()).isEqualTo('c');
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(200),
					Duration.ofMillis(1000));
			this.proxy.pass();
			assertThat(ask(client, 'd')).isEqualTo('d');
		}
	}

	@Test
	void refusingTargetClosesTheConnection() throws IOException {
		try (UnreachablePort dead = UnreachablePort.refused();
				TcpProxy proxy = TcpProxy.to(dead.endpoint());
				Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
			assertThat(client.getInputStream().read()).isEqualTo(-1);
		}
	}

	@Test
	void unreachablePortsAreDeadEachInItsWay() throws IOException {
		try (UnreachablePort refused = UnreachablePort.refused();
				UnreachablePort silent = UnreachablePort.silent();
				UnreachablePort blackHole = UnreachablePort.blackHole()) {
			assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect(refused.port()));
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> connect(blackHole.port()));
			try (Socket client = connect(silent.port())) {
				assertSilent(client, 'a');
			}
		}
	}

	private Socket connect() throws IOException {
		return connect(this.proxy.port());
	}

	private static Socket connect(int port) throws IOException {
		Socket socket = new Socket();
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
		socket.setTcpNoDelay(true);
		socket.setSoTimeout(10_000);
		return socket;
	}

	private static int ask(Socket client, char question) throws IOException {
		client.getOutputStream().write(question);
		return client.getInputStream().read();
	}

	private static void assertSilent(Socket client, char question) throws IOException {
		client.setSoTimeout(100);
		assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> ask(client, question));
		client.setSoTimeout(10_000);
	}

	private void serve() {
		while (!this.echo.isClosed()) {
			try {
				Socket socket = this.echo.accept();
				ChildProcesses.daemon("echo", () -> echo(socket)).start();
			}
			catch (IOException ex) {
				// closed
			}
		}
	}

	private static void echo(Socket socket) {
		try (socket; InputStream input = socket.getInputStream()) {
			input.transferTo(socket.getOutputStream());
		}
		catch (IOException ex) {
			// cut
		}
	}

}
