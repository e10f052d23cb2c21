package io.clustercontroller.sample;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Which port an instance takes.
 */
class PortFallbackTests {

	@TempDir
	Path directory;

	@Test
	void anInstanceThatFindsItsPortTakenTakesAnother() throws IOException {
		ServerSocket other = take(8080);
		try (ConfigurableApplicationContext instance = Samples.start(this.directory)) {
			assertThat(Samples.port(instance)).isPositive().isNotEqualTo(8080);
		}
		finally {
			other.close();
		}
	}

	@Test
	void aPortThatIsAskedForIsTakenOrTheStartFails() throws IOException {
		try (ServerSocket other = take(0)) {
			assertThatException()
				.isThrownBy(() -> Samples.start(this.directory, "--server.port=" + other.getLocalPort()))
				.withRootCauseInstanceOf(BindException.class)
				.havingCause()
				.isInstanceOf(PortInUseException.class);
		}
	}

	/** Or leave it to whom it belongs to. */
	private static ServerSocket take(int port) throws IOException {
		try {
			return new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
		}
		catch (BindException ex) {
			return new ServerSocket();
		}
	}

}
