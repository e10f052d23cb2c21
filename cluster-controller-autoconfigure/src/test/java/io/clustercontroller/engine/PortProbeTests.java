package io.clustercontroller.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PortProbe}.
 */
class PortProbeTests {

	/**
	 * From where the kernel takes the ports of connections, of which it prefers these.
	 */
	private static final IntStream EVEN_PORTS = IntStream.iterate(40_000, (port) -> port + 2);

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "0.0.0.0", "::" })
	void serviceAnswersWhereverItListens(String address) throws IOException {
		try (ServerSocket service = new ServerSocket()) {
			service.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
			assertThat(PortProbe.answers(service.getLocalPort())).isTrue();
		}
	}

	/**
	 * A connection may be given the very port it is meant for, and meets itself: about
	 * one in 15 000 where nobody listens.
	 */
	@Test
	void probeDoesNotAnswerItself() {
		int port = EVEN_PORTS.filter(PortProbeTests::isFree).findFirst().orElseThrow();
		assertThat(IntStream.range(0, 60_000).anyMatch((i) -> PortProbe.answers(port))).isFalse();
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port)) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

}
