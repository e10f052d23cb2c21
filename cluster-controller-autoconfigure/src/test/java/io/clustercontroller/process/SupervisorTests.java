package io.clustercontroller.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterTimings;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.OperationRefusedException;
import io.clustercontroller.Role;
import io.clustercontroller.command.Commands;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.ProcessExitedEvent;
import io.clustercontroller.event.RoleCommandFailedEvent;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * What cannot be made to happen through the starter: moments between the end of a session
 * and the news of it. The service is a real process with a real guard.
 */
@ExtendWith(OutputCaptureExtension.class)
class SupervisorTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final long TOKEN = 17;

	private final ClusterController cluster = mock(ClusterController.class);

	private volatile OptionalLong token = OptionalLong.of(TOKEN);

	private volatile Duration remaining = Duration.ofHours(1);

	/** Holds up the supervisor's thread, as a frozen JVM would. */
	private volatile CountDownLatch frozen = new CountDownLatch(0);

	/** By how much the clock runs ahead of that of the machine. */
	private volatile long ahead;

	private final List<Object> events = new CopyOnWriteArrayList<>();

	private final List<Integer> ends = new CopyOnWriteArrayList<>();

	private final Commands commands = new Commands();

	@TempDir
	private Path directory;

	@BeforeEach
	void describeCluster() {
		given(this.cluster.self()).willReturn(new Member("web-1", "web", "test", "web", Role.MASTER,
				MemberState.RUNNING, List.of(), 100, Instant.EPOCH, Map.of()));
		given(this.cluster.fencingToken()).willAnswer((call) -> this.token);
		given(this.cluster.sessionRemaining()).willAnswer((call) -> this.remaining);
	}

	@AfterEach
	void endCommands() {
		this.commands.close();
	}

	@Test
	void serviceThatItsGuardEndsInAFreezeIsStartedAgainWhereTheSessionLives() {
		this.remaining = Duration.ofSeconds(3);
		try (Supervisor supervisor = supervisor(ServiceInstance.IDLE, "run-on=master")) {
			ProcessHandle first = ProcessHandle.of(begin(supervisor)).orElseThrow();
			this.frozen = new CountDownLatch(1);
			Awaitility.await("the guard").atMost(LIMIT).until(() -> !first.isAlive());
			this.frozen.countDown();
			Awaitility.await("another one")
				.atMost(LIMIT)
				.until(() -> supervisor.restarts() == 1 && supervisor.pid().isPresent());
			assertThat(supervisor.lastExit())
				.hasValueSatisfying((exit) -> assertThat(exit).returns(first.pid(), ProcessExitedEvent::pid)
					.returns(true, ProcessExitedEvent::stopped));
			assertThat(this.ends).isEmpty();
		}
	}

	@Test
	void serviceIsNotStartedAtTheEndOfASessionBeforeThatIsConfirmed() {
		this.remaining = Duration.ofSeconds(1);
		try (Supervisor supervisor = supervisor(ServiceInstance.IDLE, "run-on=master")) {
			supervisor.roleChanged(Role.MASTER, TOKEN, LIMIT);
			CompletableFuture<Void> begun = supervisor.begin();
			Waits.letPass(Duration.ofMillis(500));
			assertThat(supervisor.pid()).isEmpty();
			assertThat(begun).isNotDone();
			this.remaining = Duration.ofHours(1);
			assertThat(begun).succeedsWithin(LIMIT);
			assertThat(supervisor.pid()).isPresent();
		}
	}

	@Test
	void sessionThatIsLostInTheMiddleOfAStopLeavesTheServiceItsPartOfTheMargin(CapturedOutput output)
			throws IOException {
		try (Supervisor supervisor = supervisor(
				"sh -c 'trap \"until [ -e go ]; do sleep 0.02; done; exit 7\" TERM; echo >ready; "
						+ "while :; do sleep 0.02; done'",
				"run-on=master")) {
			begin(supervisor);
			ServiceInstance.read(this.directory.resolve("ready"));
			this.token = OptionalLong.empty();
			CompletableFuture<Integer> over = supervisor.stop(Duration.ofHours(1));
			Awaitility.await("the stop").atMost(LIMIT).until(() -> supervisor.steadyPid() == 0);
			this.ahead = Duration.ofMinutes(1).toNanos();
			this.remaining = Duration.ZERO;
			Awaitility.await("the presumption").atMost(LIMIT).until(() -> output.getOut().contains("Nobody confirms"));
			// the kill comes after half of the margin, 4 s
			Waits.letPass(Duration.ofMillis(300));
			Files.createFile(this.directory.resolve("go"));
			assertThat(over).succeedsWithin(LIMIT).isEqualTo(7);
		}
	}

	@Test
	void serviceIsKilledBeforeTheMarginIsOverWhereTheSessionIsLostInTheMiddleOfAStop() {
		try (Supervisor supervisor = supervisor("sh -c 'trap \"\" TERM; echo >ready; while :; do sleep 0.02; done'",
				"run-on=master")) {
			begin(supervisor);
			ServiceInstance.read(this.directory.resolve("ready"));
			this.token = OptionalLong.empty();
			CompletableFuture<Integer> over = supervisor.stop(Duration.ofHours(1));
			Awaitility.await("the stop").atMost(LIMIT).until(() -> supervisor.steadyPid() == 0);
			this.ahead = Duration.ofMinutes(1).toNanos();
			this.remaining = Duration.ZERO;
			assertThat(over).succeedsWithin(LIMIT).isEqualTo(137);
		}
	}

	@Test
	void commandForARoleThatEndsWithItsServiceHasNotFailed() {
		try (Supervisor supervisor = supervisor(ServiceInstance.IDLE, "on-role-change=command",
				"on-slave-command=sh -c 'trap \"exit 3\" TERM; echo >told; while :; do sleep 0.02; done'")) {
			begin(supervisor);
			supervisor.roleChanged(Role.SLAVE, TOKEN, LIMIT);
			ServiceInstance.read(this.directory.resolve("told"));
			assertThat(supervisor.stop(LIMIT)).succeedsWithin(LIMIT).isEqualTo(0);
			// what the end of the command means is decided after this
			Waits.letPass(Duration.ofMillis(200));
			assertThat(this.events).hasAtLeastOneElementOfType(ProcessExitedEvent.class)
				.doesNotHaveAnyElementsOfTypes(RoleCommandFailedEvent.class);
		}
	}

	/**
	 * The policy is never to restart a service that ends, so one that counted as a
	 * failure would end the application.
	 */
	@Test
	void restartOnRequestIsNoFailure() {
		try (Supervisor supervisor = supervisor(
				"sh -c 'trap \"echo told >told; exit 3\" TERM; echo >ready; while :; do sleep 0.02; done'",
				"restart.policy=never", "run-on=master")) {
			long before = begin(supervisor);
			ServiceInstance.read(this.directory.resolve("ready"));
			supervisor.restart();
			Awaitility.await("another one").atMost(LIMIT).until(() -> supervisor.pid().orElse(before) != before);
			assertThat(supervisor.restarts()).isOne();
			assertThat(supervisor.startedAt()).isPresent();
			assertThat(supervisor.lastExit())
				.hasValueSatisfying((exit) -> assertThat(exit).returns(before, ProcessExitedEvent::pid)
					.returns(3, ProcessExitedEvent::exitCode)
					.returns(true, ProcessExitedEvent::stopped));
			assertThat(ServiceInstance.read(this.directory.resolve("told"))).isEqualTo("told\n");
			assertThat(this.ends).isEmpty();
		}
	}

	@Test
	void serviceThatIgnoresItsRestartIsKilledAfterItsTimeout() {
		try (Supervisor supervisor = supervisor("sh -c 'trap \"\" TERM; echo >ready; while :; do sleep 0.02; done'",
				"stop-timeout=100ms")) {
			long before = begin(supervisor);
			ServiceInstance.read(this.directory.resolve("ready"));
			supervisor.restart();
			Awaitility.await("another one").atMost(LIMIT).until(() -> supervisor.pid().orElse(before) != before);
			assertThat(supervisor.lastExit()).map(ProcessExitedEvent::exitCode).contains(137);
			assertThat(this.ends).isEmpty();
		}
	}

	@Test
	void restartIsRefusedWhereThereIsNothingToRestart() {
		try (Supervisor supervisor = supervisor(
				"sh -c 'trap \"until [ -e go ]; do sleep 0.02; done; exit 0\" TERM; echo >ready; "
						+ "while :; do sleep 0.02; done'",
				"run-on=master")) {
			assertRestartIsRefused(supervisor, "The service does not run at present.");
			begin(supervisor);
			ServiceInstance.read(this.directory.resolve("ready"));
			supervisor.restart();
			assertRestartIsRefused(supervisor, "The service is being stopped already.");
			supervisor.stop(LIMIT);
			assertRestartIsRefused(supervisor, "The service is being stopped, as this instance is.");
			supervisor.close();
			assertRestartIsRefused(supervisor, "The service does not run: this instance has stopped.");
		}
	}

	@Test
	void restartThatNobodyWaitsForAnyMoreDoesNotComeLater() {
		try (Supervisor supervisor = supervisor(ServiceInstance.IDLE)) {
			long pid = begin(supervisor);
			this.frozen = new CountDownLatch(1);
			CompletableFuture<Void> settled = supervisor.roleChanged(Role.MASTER, TOKEN, LIMIT);
			Thread.currentThread().interrupt();
			assertThatIllegalStateException().isThrownBy(supervisor::restart)
				.withMessage("The service is not restarted: there was no answer");
			assertThat(Thread.interrupted()).isTrue();
			this.frozen.countDown();
			assertThat(settled).succeedsWithin(LIMIT);
			assertThat(supervisor.roleChanged(Role.MASTER, TOKEN, LIMIT)).succeedsWithin(LIMIT);
			assertThat(supervisor.pid()).hasValue(pid);
			assertThat(supervisor.lastExit()).isEmpty();
		}
	}

	private static void assertRestartIsRefused(Supervisor supervisor, String message) {
		assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(supervisor::restart).withMessage(message);
	}

	private void awaitThaw() {
		try {
			assertThat(this.frozen.await(LIMIT.toNanos(), TimeUnit.NANOSECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private long begin(Supervisor supervisor) {
		supervisor.roleChanged(Role.MASTER, TOKEN, LIMIT);
		assertThat(supervisor.begin()).succeedsWithin(LIMIT);
		return supervisor.pid().orElseThrow();
	}

	private Supervisor supervisor(String command, String... settings) {
		Map<String, Object> values = new HashMap<>(
				Map.of("p.command", command, "p.working-directory", this.directory.toString()));
		for (String setting : settings) {
			String[] parts = setting.split("=", 2);
			values.put("p." + parts[0], parts[1]);
		}
		ProcessProperties properties = new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("p",
				ProcessProperties.class);
		ClusterTimings timings = new ClusterTimings(Duration.ofSeconds(24), Duration.ofSeconds(8), LIMIT);
		ServiceEnvironment environment = new ServiceEnvironment(System.getenv(), Map.of(), this.cluster);
		return new Supervisor(properties, new ServiceLauncher(properties, this.commands, environment, timings),
				this.cluster, timings, (event) -> {
					this.events.add(event);
					return CompletableFuture.completedStage(null);
				}, this.ends::add, new Restarts(properties.restart(), new Random()), new TimeSource() {

					@Override
					public long nanoTime() {
						if (Thread.currentThread().getName().startsWith("cluster-process")) {
							awaitThaw();
						}
						return System.nanoTime() + SupervisorTests.this.ahead;
					}

					@Override
					public long wallMillis() {
						return System.currentTimeMillis();
					}

				});
	}

}
