package io.clustercontroller.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.clustercontroller.MemberState;
import io.clustercontroller.event.BecameActiveEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.NoLongerActiveEvent;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.FreePorts;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An instance is active while its service answers on its ports.
 */
class PortsTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	@TempDir
	private Path directory;

	@Test
	void becomesActiveWhenThePortAnswersAndRunsWhenItDoesNot() throws IOException {
		int port = FreePorts.next();
		try (Instance instance = start(port)) {
			HeardEvents events = instance.events();
			Waits.letPass(Duration.ofMillis(700));
			assertThat(instance.controller().state()).isEqualTo(MemberState.RUNNING);
			assertThat(events.of(BecameActiveEvent.class)).isEmpty();
			try (ServerSocket service = listen(port)) {
				assertThat(events.await(BecameActiveEvent.class).ports()).containsExactly(port);
				assertThat(instance.controller().state()).isEqualTo(MemberState.ACTIVE);
				assertThat(service.isBound()).isTrue();
			}
			long closed = System.nanoTime();
			assertThat(events.await(NoLongerActiveEvent.class).ports()).containsExactly(port);
			System.out.printf("measured: closed port noticed after %.0f ms%n", (System.nanoTime() - closed) / 1e6);
			assertThat(instance.controller().state()).isEqualTo(MemberState.RUNNING);
			assertThat(instance.controller().isMaster()).isTrue();
			try (ServerSocket service = listen(port)) {
				Awaitility.await().atMost(LIMIT).until(() -> events.of(BecameActiveEvent.class).size() == 2);
				assertThat(instance.controller().state()).isEqualTo(MemberState.ACTIVE);
				assertThat(service.isBound()).isTrue();
			}
			assertThat(events.of(NoLongerActiveEvent.class)).hasSize(1);
		}
	}

	@Test
	void needsAllOfItsPortsAndNamesTheSilentOnes() throws IOException {
		int one = FreePorts.next();
		int other = FreePorts.next();
		try (Instance instance = start(one, other); ServerSocket first = listen(one)) {
			HeardEvents events = instance.events();
			Waits.letPass(Duration.ofMillis(1200));
			assertThat(instance.controller().state()).isEqualTo(MemberState.RUNNING);
			try (ServerSocket second = listen(other)) {
				assertThat(events.await(BecameActiveEvent.class).ports()).containsExactly(one, other);
				assertThat(second.isBound()).isTrue();
			}
			assertThat(events.await(NoLongerActiveEvent.class).ports()).containsExactly(other);
			assertThat(first.isBound()).isTrue();
		}
	}

	@Test
	void serviceThatIsBackSoonStaysActive() throws IOException {
		int port = FreePorts.next();
		try (Instance instance = start(port)) {
			listen(port).close();
			ServerSocket service = listen(port);
			instance.events().await(BecameActiveEvent.class);
			for (int i = 0; i < 3; i++) {
				service.close();
				Waits.letPass(Duration.ofMillis(20));
				service = listen(port);
			}
			Waits.letPass(Duration.ofSeconds(2));
			assertThat(instance.events().of(NoLongerActiveEvent.class)).isEmpty();
			assertThat(instance.controller().state()).isEqualTo(MemberState.ACTIVE);
			service.close();
		}
	}

	@Test
	void othersSeeTheState() throws IOException {
		int port = FreePorts.next();
		try (Instance instance = start(port); Instance other = start()) {
			assertThat(stateOf(instance, other)).isEqualTo(MemberState.RUNNING);
			try (ServerSocket service = listen(port)) {
				Awaitility.await().atMost(LIMIT).until(() -> stateOf(instance, other) == MemberState.ACTIVE);
				assertThat(service.isBound()).isTrue();
			}
			Awaitility.await().atMost(LIMIT).until(() -> stateOf(instance, other) == MemberState.RUNNING);
		}
	}

	@Test
	void processEndsWhenItIsNoLongerActive() throws IOException {
		int port = FreePorts.next();
		try (ClusterProcess process = ClusterProcess.builder()
			.variable("PORTS_WHEN_ACTIVE", String.valueOf(port))
			.property("cluster-controller.coordinator", "local")
			.property("cluster-controller.local.directory", this.directory.toString())
			.start()) {
			try (ServerSocket service = listen(port)) {
				assertThat(process.awaitEvent(BecameActiveEvent.class, LIMIT).detail("ports")).contains("" + port);
				assertThat(service.isBound()).isTrue();
			}
			assertThat(process.waitFor(LIMIT)).as(process.output()).isOne();
			assertThat(process.output()).contains("Nothing answers on port(s) [" + port + "] any more");
			assertThat(process.events(NoLongerActiveEvent.class)).hasSize(1);
			assertThat(process.events(BecameSlaveEvent.class)).singleElement()
				.satisfies((event) -> assertThat(event.cause()).isEqualTo("STOPPING"));
		}
	}

	private static MemberState stateOf(Instance instance, Instance asSeenBy) {
		return asSeenBy.controller()
			.members()
			.stream()
			.filter((member) -> member.instanceId().equals(instance.id()))
			.findFirst()
			.orElseThrow()
			.state();
	}

	private static ServerSocket listen(int port) throws IOException {
		ServerSocket socket = new ServerSocket();
		socket.setReuseAddress(true);
		socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
		return socket;
	}

	private Instance start(Integer... ports) {
		return Instance.start("--cluster-controller.coordinator=local",
				"--cluster-controller.local.directory=" + this.directory, "--cluster-controller.environment=test",
				"--cluster-controller.terminate-when-no-longer-active=false",
				"--cluster-controller.ports-when-active=" + List.of(ports).toString().replaceAll("[\\[\\] ]", ""));
	}

}
