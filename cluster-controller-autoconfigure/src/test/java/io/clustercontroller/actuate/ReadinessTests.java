package io.clustercontroller.actuate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;

import io.clustercontroller.MemberState;
import io.clustercontroller.testing.FreePorts;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application is ready while its instance is active.
 */
class ReadinessTests {

	@TempDir
	private Path directory;

	@Test
	void followsTheStateAndWhatOthersSay() throws IOException {
		int port = FreePorts.next();
		try (ObservedInstance instance = ObservedInstance.start(this.directory,
				"--cluster-controller.ports-when-active=" + port, "--spring.main.lazy-initialization=true",
				"--cluster-controller.terminate-when-no-longer-active=false")) {
			ApplicationAvailability availability = instance.bean(ApplicationAvailability.class);
			assertThat(availability.getReadinessState()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
			assertThat(instance.httpStatus("readiness")).isEqualTo(503);
			try (ServerSocket service = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
				assertThat(service.isBound()).isTrue();
				awaitReadiness(availability, ReadinessState.ACCEPTING_TRAFFIC);
				assertThat(instance.controller().state()).isEqualTo(MemberState.ACTIVE);
				assertThat(instance.httpStatus("readiness")).isEqualTo(200);
				say(instance, ReadinessState.REFUSING_TRAFFIC);
				assertThat(availability.getReadinessState()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
				say(instance, ReadinessState.ACCEPTING_TRAFFIC);
				assertThat(availability.getReadinessState()).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
			}
			awaitReadiness(availability, ReadinessState.REFUSING_TRAFFIC);
			assertThat(instance.controller().state()).isEqualTo(MemberState.RUNNING);
			say(instance, ReadinessState.ACCEPTING_TRAFFIC);
			assertThat(availability.getReadinessState()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
		}
	}

	private static void say(ObservedInstance instance, ReadinessState state) {
		AvailabilityChangeEvent.publish(instance.context(), state);
	}

	private static void awaitReadiness(ApplicationAvailability availability, ReadinessState state) {
		Awaitility.await(state.toString())
			.atMost(ObservedInstance.LIMIT)
			.until(() -> availability.getReadinessState() == state);
	}

}
