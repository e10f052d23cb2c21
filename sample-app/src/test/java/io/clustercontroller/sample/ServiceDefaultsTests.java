package io.clustercontroller.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which port the service of an instance gets.
 */
class ServiceDefaultsTests {

	@Test
	void noTwoInstancesGetTheSamePortThoughNobodyListensYet() {
		assertThat(port(Map.of())).isNotNull().isNotEqualTo(port(Map.of()));
	}

	@Test
	void aPortThatIsInUseIsPassedOver() throws IOException {
		int last = Integer.parseInt(String.valueOf(port(Map.of())));
		try (ServerSocket other = new ServerSocket(last + 1, 1, InetAddress.getLoopbackAddress())) {
			assertThat(port(Map.of())).isNotEqualTo(String.valueOf(other.getLocalPort()));
		}
	}

	@Test
	void aPortThatIsAskedForIsTaken() {
		assertThat(port(Map.of(ServiceDefaults.PORT, "9000"))).isEqualTo("9000");
	}

	private static @Nullable String port(Map<String, Object> given) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("given", given));
		new ServiceDefaults().postProcessEnvironment(environment, new SpringApplication());
		return environment.getProperty(ServiceDefaults.PORT);
	}

}
