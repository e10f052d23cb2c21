package io.clustercontroller.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MembersAddedEvent;
import io.clustercontroller.event.ProcessExitedEvent;
import io.clustercontroller.event.ProcessStartedEvent;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.ClusterService;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Fact;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service for the master only does not outlive the mastership, whatever fails.
 */
@ExtendWith(EtcdExtension.class)
class ServiceMastershipTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final Duration TTL = Duration.ofSeconds(6);

	private static final String RUN_ON = "cluster-controller.process.run-on";

	/** Shows that it lives, in a file, and does not end when it is asked to. */
	private static final String STUBBORN = "sh -c 'trap \"\" TERM; while :; do echo $$ >>beats; sleep 0.02; done'";

	@TempDir
	private Path directory;

	@Test
	void serviceIsGoneBeforeTheSessionEnds() {
		try (EtcdProcess etcd = EtcdProcess.launch();
				ClusterService first = service(etcd);
				ClusterService second = service(etcd);
				ClusterService third = service(etcd)) {
			ClusterProcess obedient = first
				.begin((settings) -> in(this.directory, settings, ServiceInstance.IDLE).property(RUN_ON, "master")
					.slowListener(BecameSlaveEvent.class, Duration.ofMinutes(1)));
			ClusterProcess stubborn = second
				.begin((settings) -> in(this.directory, settings, STUBBORN).property(RUN_ON, "master")
					.property("spring.main.sources", BlockedListener.class.getName()));
			ClusterProcess forAll = third.begin((settings) -> in(this.directory, settings,
					"sh -c 'trap \"sleep 1; exit 7\" TERM; while :; do sleep 0.02; done'")
				.property("cluster-controller.process.on-role-change", "command")
				.property("cluster-controller.process.on-slave-command", "sh -c 'echo >told'"));
			List.of(first, second, third).forEach((service) -> service.awaitRole(service.processes().get(0)));
			List<ProcessHandle> services = List.of(serviceOf(obedient, 0), serviceOf(stubborn, 0));
			ProcessHandle going = serviceOf(forAll, 0);
			etcd.freeze();
			long frozen = System.nanoTime();
			Awaitility.await("the end of the services")
				.pollInterval(Duration.ofMillis(5))
				.atMost(LIMIT)
				.until(() -> services.stream().noneMatch(ServiceEndTests::isAlive));
			// the last confirmation was asked for before
			assertThat(Duration.ofNanos(System.nanoTime() - frozen)).isLessThan(TTL);
			ServiceInstance.read(this.directory.resolve("told"));
			assertThat(going.isAlive()).isTrue();
			etcd.thaw();
			for (ClusterProcess process : List.of(obedient, stubborn)) {
				assertThat(serviceOf(process, 1).isAlive()).isTrue();
				assertThat(process.events(ProcessExitedEvent.class)).extracting((exit) -> exit.detail("stopped"))
					.containsExactly("true");
				assertThat(process.events(BecameMasterEvent.class)).hasSize(2);
			}
			// what was left of the lost session does not shorten the stop
			forAll.terminate();
			assertThat(forAll.waitFor(LIMIT)).as(forAll.output()).isEqualTo(7);
		}
	}

	@Test
	void frozenOrKilledControllerLosesItsServiceBeforeAnotherOneStarts(EtcdProcess etcd) throws IOException {
		try (ClusterService service = service(etcd)) {
			ClusterProcess first = service
				.start((settings) -> in(this.directory, settings, STUBBORN).property(RUN_ON, "master"));
			ClusterProcess second = service
				.start((settings) -> in(this.directory, settings, STUBBORN).property(RUN_ON, "master"));
			first.awaitEvent(MembersAddedEvent.class, LIMIT);
			String a = awaitBeats(List.of());
			first.freeze();
			String b = awaitBeats(List.of(a));
			assertThat(second.awaitEvent(ProcessStartedEvent.class, LIMIT).detail("pid")).isEqualTo(b);
			first.thaw();
			// it comes back as a slave, and its service has not ended by itself
			assertThat(first.awaitEvent(BecameSlaveEvent.class, LIMIT).cause()).isEqualTo("SESSION_LOST");
			assertThat(first.awaitEvent(ProcessExitedEvent.class, LIMIT).detail("stopped")).isEqualTo("true");
			Awaitility.await("the return").atMost(LIMIT).until(() -> etcd.keys(service.memberKey("")).size() == 2);
			second.kill();
			String c = awaitBeats(List.of(a, b));
			assertThat(serviceOf(first, 1).pid()).isEqualTo(Long.parseLong(c));
			assertThat(first.events(ProcessStartedEvent.class)).hasSize(2);
			List<String> order = new ArrayList<>();
			for (String beat : Files.readAllLines(this.directory.resolve("beats"))) {
				if (order.isEmpty() || !order.get(order.size() - 1).equals(beat)) {
					order.add(beat);
				}
			}
			assertThat(order).containsExactly(a, b, c);
			service.assertNeverTwoMasters();
		}
	}

	private static ClusterService service(EtcdProcess etcd) {
		return new ClusterService(List.of(etcd.endpoint()), TTL);
	}

	private static ClusterProcess.Builder in(Path directory, ClusterProcess.Builder settings, String command) {
		return settings.variable("SERVICE_COMMAND", command)
			.property("cluster-controller.process.working-directory", directory.toString());
	}

	private static ProcessHandle serviceOf(ClusterProcess process, int restarts) {
		Fact started = process.awaitEvent(ProcessStartedEvent.class,
				(event) -> event.detail("restarts").equals(String.valueOf(restarts)), LIMIT);
		return ProcessHandle.of(Long.parseLong(started.detail("pid"))).orElseThrow();
	}

	/** The process that beats last, once it is not one of these. */
	private String awaitBeats(List<String> others) {
		Path beats = this.directory.resolve("beats");
		Awaitility.await("another service").pollInterval(Duration.ofMillis(20)).atMost(LIMIT).until(() -> {
			List<String> lines = Files.exists(beats) ? Files.readAllLines(beats) : List.of();
			return !lines.isEmpty() && !others.contains(lines.get(lines.size() - 1));
		});
		return ServiceInstance.lines(beats, 1).stream().reduce((one, other) -> other).orElseThrow();
	}

	/** A listener that comes before all others, and does not return for long. */
	@Configuration(proxyBeanMethods = false)
	static class BlockedListener {

		@EventListener
		@Order(Ordered.HIGHEST_PRECEDENCE)
		void block(BecameSlaveEvent event) throws InterruptedException {
			new CountDownLatch(1).await();
		}

	}

}
