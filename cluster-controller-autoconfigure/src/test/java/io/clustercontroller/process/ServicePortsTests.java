package io.clustercontroller.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.clustercontroller.MemberState;
import io.clustercontroller.event.BecameActiveEvent;
import io.clustercontroller.event.NoLongerActiveEvent;
import io.clustercontroller.event.ProcessExitedEvent;
import io.clustercontroller.event.ProcessStartedEvent;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.Fact;
import io.clustercontroller.testing.FreePorts;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What follows from the ports of the service, as long as it lives and when it does not.
 */
class ServicePortsTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	@TempDir
	private Path directory;

	private final int port = FreePorts.next();

	/** The service listens while this file is there. */
	private Path open;

	@BeforeEach
	void open() throws IOException {
		this.open = Files.createFile(this.directory.resolve("open"));
	}

	@Test
	void portsThatCloseEndTheInstanceUnlessItsServiceIsStartedAgain() throws IOException {
		try (ClusterProcess process = ClusterProcess.builder()
			.variable("SERVICE_COMMAND", ListeningService.command(this.port, this.open))
			.variable("PORTS_WHEN_ACTIVE", String.valueOf(this.port))
			.property("cluster-controller.coordinator", "local")
			.property("cluster-controller.local.directory", this.directory.resolve("cluster").toString())
			.property("cluster-controller.process.restart.policy", "always")
			// long enough for the ports to be missed
			.property("cluster-controller.process.restart.delay", "5s")
			.start()) {
			awaitEvents(process, BecameActiveEvent.class, 1);
			assertThat(process.self()).endsWith("ACTIVE");
			Fact started = process.awaitEvent(ProcessStartedEvent.class, LIMIT);
			assertThat(process.awaitEvent(BecameActiveEvent.class, LIMIT).at()).isGreaterThan(started.at());
			ProcessHandle.of(Long.parseLong(started.detail("pid"))).orElseThrow().destroyForcibly();
			awaitEvents(process, NoLongerActiveEvent.class, 1);
			awaitEvents(process, BecameActiveEvent.class, 2);
			Files.delete(this.open);
			assertThat(process.waitFor(LIMIT)).as(process.output()).isOne();
			assertThat(process.events(NoLongerActiveEvent.class)).hasSize(2);
			assertThat(process.events(ProcessStartedEvent.class)).hasSize(2);
			assertThat(process.events(ProcessExitedEvent.class)).extracting((exit) -> exit.detail("stopped"))
				.containsExactly("false", "true");
			assertThat(process.output()).contains("do not answer while the service process is down or starting again")
				.contains("Nothing answers on port(s) [" + this.port + "] any more; this instance terminates");
		}
	}

	@Test
	void signalThatComesWhileAnInstanceEndsDoesNotChangeItsCode() throws IOException {
		Path stopping = this.directory.resolve("stopping");
		try (ClusterProcess process = ClusterProcess.builder()
			.variable("SERVICE_COMMAND",
					"sh -c '" + ListeningService.command(this.port, this.open).replace("'", "\"") + " & trap \"echo >"
							+ stopping + "; sleep 2; exit 7\" TERM; while :; do sleep 0.02; done'")
			.variable("PORTS_WHEN_ACTIVE", String.valueOf(this.port))
			.property("cluster-controller.coordinator", "local")
			.property("cluster-controller.local.directory", this.directory.resolve("cluster").toString())
			.start()) {
			awaitEvents(process, BecameActiveEvent.class, 1);
			Files.delete(this.open);
			ServiceInstance.read(stopping);
			process.terminate();
			assertThat(process.waitFor(LIMIT)).as(process.output()).isOne();
		}
	}

	@Test
	void instanceRunsOnWithoutItsPortsWhereItMay() throws IOException {
		try (ServiceInstance instance = ServiceInstance.start(this.directory,
				ListeningService.command(this.port, this.open), "--cluster-controller.ports-when-active=" + this.port,
				"--cluster-controller.terminate-when-no-longer-active=false")) {
			instance.await(BecameActiveEvent.class, 1);
			assertThat(instance.kinds()).containsSubsequence("ProcessStartedEvent", "BecameActiveEvent");
			Files.delete(this.open);
			instance.await(NoLongerActiveEvent.class, 1);
			Awaitility.await().atMost(LIMIT).until(() -> instance.controller().state() == MemberState.RUNNING);
			Files.createFile(this.open);
			instance.await(BecameActiveEvent.class, 2);
			assertThat(instance.controller().state()).isEqualTo(MemberState.ACTIVE);
			assertThat(instance.kinds()).doesNotContain("ProcessExitedEvent");
		}
	}

	@Test
	void portsThatCloseInARestartForARoleEndNothing() {
		try (ServiceInstance first = ServiceInstance.start(this.directory,
				// slow to listen again, so that the ports are missed
				"sh -c '[ -z \"$CLUSTER_FENCING_TOKEN\" ] && sleep 3; exec "
						+ ListeningService.command(this.port, this.open).replace("'", "\"") + "'",
				"on-role-change=restart", "--cluster-controller.ports-when-active=" + this.port);
				ServiceInstance second = ServiceInstance.start(this.directory, ServiceInstance.IDLE)) {
			first.await(BecameActiveEvent.class, 1);
			first.stepDown();
			assertThat(first.await(NoLongerActiveEvent.class, 1))
				.isEqualTo(List.of(new NoLongerActiveEvent(List.of(this.port))));
			first.await(BecameActiveEvent.class, 2);
			assertThat(first.context().isActive() && second.context().isActive()).isTrue();
			assertThat(first.events(ProcessStartedEvent.class)).hasSize(2);
		}
	}

	private static void awaitEvents(ClusterProcess process, Class<?> type, int count) {
		process.awaitEvent(type, (event) -> process.events(type).size() >= count, LIMIT);
	}

}
