package io.clustercontroller.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.clustercontroller.ClusterController;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.UnreachablePort;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ApplicationRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The life of an instance is that of its application context, and of its process.
 */
@TestInstance(Lifecycle.PER_CLASS)
class LifecycleTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	/** Many times what is expected, for a machine that is busy. */
	private static final Duration SOON = Duration.ofSeconds(5);

	/** Of its own: all its leases are those of the instances here. */
	private EtcdProcess etcd;

	@TempDir
	private Path directory;

	@BeforeAll
	void startEtcd() {
		this.etcd = EtcdProcess.launch();
	}

	@AfterAll
	void closeEtcd() {
		this.etcd.close();
	}

	@Test
	void orderlyStopLeavesNoKeyAndNoLease() {
		String environment = environment();
		Instance instance = Instance.start(onEtcd(environment));
		assertThat(this.etcd.keys("/" + environment + "/")).contains("/" + environment + "/web/master",
				"/" + environment + "/web/members/" + instance.id());
		assertThat(this.etcd.leases()).hasSize(1);
		HeardEvents events = instance.events();
		assertThat(close(instance, "idle stop on etcd")).isLessThan(SOON);
		assertNothingIsLeft(environment);
		assertThat(events.of(BecameSlaveEvent.class)).singleElement()
			.satisfies((event) -> assertThat(event.cause()).isEqualTo(RoleChangeCause.STOPPING));
	}

	@Test
	void orderlyStopOfALocalInstanceIsSoonDone() {
		Instance instance = Instance.start(onLocal(environment()));
		assertThat(close(instance, "idle stop on local")).isLessThan(SOON);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void orderlyStopEndsAllThreads(boolean local) {
		String environment = environment();
		String[] args = local ? onLocal(environment) : onEtcd(environment);
		// what Spring, gRPC and the JVM keep for the next time is there from now on
		Instance.start(args).close();
		Awaitility.await().atMost(LIMIT).until(() -> clusterThreads().isEmpty());
		Set<Thread> before = threads();
		Instance instance = Instance.start(args);
		assertThat(clusterThreads()).isNotEmpty();
		assertThat(clusterThreads().stream().filter((thread) -> !thread.isDaemon())).hasSize(1);
		instance.close();
		Awaitility.await().atMost(LIMIT).until(() -> clusterThreads().isEmpty());
		// Netty's global executor is no daemon, and ends after a second without work
		Awaitility.await().pollInSameThread().atMost(LIMIT).untilAsserted(() -> {
			Set<Thread> left = threads();
			left.removeAll(before);
			left.removeIf((thread) -> thread.getName().startsWith("awaitility"));
			System.out.println("measured: threads left after a stop " + left);
			assertThat(left).allMatch(Thread::isDaemon);
		});
	}

	@Test
	void instancesThatComeAndGoLeaveNoThreads() {
		String environment = environment();
		Instance.start(onEtcd(environment)).close();
		int before = threads().size();
		for (int i = 0; i < 15; i++) {
			Instance.start(onEtcd(environment)).close();
		}
		Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertThat(threads()).hasSizeLessThan(before + 5));
		assertNothingIsLeft(environment);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void mastershipIsGivenUpWhenItsWorkHasStopped(boolean local) {
		String environment = environment();
		String[] args = local ? onLocal(environment) : onEtcd(environment);
		Instance master = Instance.start(args);
		try (Instance other = Instance.start(args)) {
			master.awaitActiveMembers(2);
			AtomicLong workEnded = new AtomicLong();
			AtomicLong masterAgain = new AtomicLong();
			on(master, BecameSlaveEvent.class, () -> {
				Waits.letPass(Duration.ofMillis(500));
				workEnded.set(System.nanoTime());
			});
			on(other, BecameMasterEvent.class, () -> masterAgain.set(System.nanoTime()));
			close(master, "stop with 500 ms of work to end");
			Awaitility.await().atMost(LIMIT).until(() -> masterAgain.get() != 0);
			assertThat(masterAgain.get() - workEnded.get()).isPositive();
			System.out.printf("measured: end of work until the next master's event %.1f ms%n",
					(masterAgain.get() - workEnded.get()) / 1e6);
		}
	}

	@Test
	void listenerThatNeverReturnsCannotKeepTheStop() {
		String environment = environment();
		Duration stopTimeout = Duration.ofSeconds(4);
		Instance master = Instance
			.start(with(onEtcd(environment), "--cluster-controller.stop-timeout=" + stopTimeout.toSeconds() + "s"));
		try (Instance other = Instance.start(onEtcd(environment))) {
			master.awaitActiveMembers(2);
			CountDownLatch never = new CountDownLatch(1);
			CountDownLatch interrupted = new CountDownLatch(1);
			on(master, BecameSlaveEvent.class, () -> {
				try {
					never.await();
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
				}
			});
			assertThat(close(master, "stop within 4 s with a listener that never returns"))
				.isLessThan(stopTimeout.plusSeconds(2));
			assertThat(other.events().await(BecameMasterEvent.class).cause()).isEqualTo(RoleChangeCause.HANDED_OVER);
			Awaitility.await().atMost(LIMIT).until(() -> interrupted.getCount() == 0);
		}
		assertNothingIsLeft(environment);
	}

	@Test
	void stopWithoutEtcdKeepsToItsTime() {
		try (EtcdProcess own = EtcdProcess.launch()) {
			Instance instance = Instance.start("--cluster-controller.environment=test",
					"--cluster-controller.etcd.hosts=" + own.endpoint(), "--cluster-controller.stop-timeout=4s");
			own.freeze();
			assertThat(close(instance, "stop within 4 s while etcd is frozen")).isLessThan(Duration.ofSeconds(8));
			Awaitility.await().atMost(LIMIT).until(() -> clusterThreads().isEmpty());
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { FailingBean.class, FailingStart.class, FailingRefresh.class, FailingRunner.class })
	void startThatFailsElsewhereLeavesNothingBehind(Class<?> application) {
		String environment = environment();
		assertThatException().isThrownBy(() -> Instance.start(application, onEtcd(environment)))
			.withStackTraceContaining("not my day");
		assertNothingIsLeft(environment);
		Awaitility.await().atMost(LIMIT).until(() -> clusterThreads().isEmpty());
		try (Instance next = Instance.start(onEtcd(environment))) {
			assertThat(next.controller().isMaster()).isTrue();
		}
	}

	@Test
	void contextThatIsStoppedAndStartedAgainJoinsAgain() {
		String environment = environment();
		try (Instance instance = Instance.start(onEtcd(environment))) {
			String id = instance.id();
			long token = instance.controller().fencingToken().orElseThrow();
			instance.context().stop();
			assertThat(instance.controller().isMaster()).isFalse();
			assertNothingIsLeft(environment);
			instance.context().start();
			assertThat(instance.controller().isMaster()).isTrue();
			assertThat(instance.controller().fencingToken().orElseThrow()).isGreaterThan(token);
			assertThat(instance.id()).isNotEqualTo(id);
			assertThat(this.etcd.keys("/" + environment + "/web/members/")).hasSize(1);
		}
		assertNothingIsLeft(environment);
	}

	@Test
	void instanceIsMasterWhileBeansOfTheApplicationStop() {
		List<Boolean> seen = new CopyOnWriteArrayList<>();
		Instance instance = Instance.start(onLocal(environment()));
		ClusterController controller = instance.controller();
		on(instance, BecameSlaveEvent.class, () -> seen.add(controller.isMaster()));
		instance.context().addApplicationListener((event) -> {
			if (event instanceof ContextClosedEvent) {
				seen.add(controller.isMaster());
			}
		});
		instance.close();
		assertThat(seen).containsExactly(true, false);
	}

	@Test
	void processWithoutWebServerLivesUntilItIsTerminated() {
		try (ClusterProcess process = ClusterProcess.builder().etcd(this.etcd.endpoint()).start()) {
			process.instanceId();
			Waits.letPass(Duration.ofSeconds(1));
			assertThat(process.isAlive()).isTrue();
			long begun = System.nanoTime();
			process.terminate();
			// a JVM that ends by a signal says so, however orderly it was
			assertThat(process.waitFor(LIMIT)).isEqualTo(128 + 15);
			report("SIGTERM until the end of the process", begun);
			assertThat(process.events(BecameSlaveEvent.class)).hasSize(1);
			assertNothingIsLeft("test");
		}
	}

	@Test
	void processThatIsTerminatedWhileItWaitsForEtcdEndsSoon() {
		try (UnreachablePort port = UnreachablePort.silent();
				ClusterProcess process = ClusterProcess.builder().etcd(port.endpoint()).start()) {
			Awaitility.await("the wait").atMost(LIMIT).until(() -> process.output().contains("Waiting for etcd"));
			long begun = System.nanoTime();
			process.terminate();
			assertThat(process.waitFor(LIMIT)).isEqualTo(128 + 15);
			report("SIGTERM during the wait for etcd until the end of the process", begun);
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
			assertThat(process.output()).doesNotContain("APPLICATION FAILED").doesNotContain("\tat ");
		}
	}

	/** But the history, which is there to stay. */
	private void assertNothingIsLeft(String environment) {
		assertThat(this.etcd.keys("/" + environment + "/")).allMatch((key) -> key.contains("/history/"));
		assertThat(this.etcd.leases()).isEmpty();
	}

	private static Duration close(Instance instance, String what) {
		long begun = System.nanoTime();
		instance.close();
		report(what, begun);
		return Duration.ofNanos(System.nanoTime() - begun);
	}

	private static void report(String what, long since) {
		System.out.printf("measured: %s %.1f ms%n", what, (System.nanoTime() - since) / 1e6);
	}

	private static String environment() {
		return "test-" + UUID.randomUUID().toString().substring(0, 8);
	}

	private String[] onEtcd(String environment) {
		return new String[] { "--cluster-controller.environment=" + environment,
				"--cluster-controller.etcd.hosts=" + this.etcd.endpoint() };
	}

	private String[] onLocal(String environment) {
		return new String[] { "--cluster-controller.environment=" + environment,
				"--cluster-controller.coordinator=local", "--cluster-controller.local.directory=" + this.directory };
	}

	private static String[] with(String[] args, String... more) {
		return Stream.concat(Arrays.stream(args), Arrays.stream(more)).toArray(String[]::new);
	}

	private static void on(Instance instance, Class<?> type, Runnable action) {
		instance.context().addApplicationListener(ApplicationListener.forPayload((Object event) -> {
			if (type.isInstance(event)) {
				action.run();
			}
		}));
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).collect(Collectors.toSet());
	}

	private static List<Thread> clusterThreads() {
		return threads().stream().filter((thread) -> thread.getName().startsWith("cluster-")).toList();
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Instance.Application.class)
	static class FailingBean {

		@Bean
		Object failing(ClusterController controller) {
			throw new IllegalStateException("not my day");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Instance.Application.class)
	static class FailingStart {

		@Bean
		SmartLifecycle failing() {
			return new SmartLifecycle() {

				@Override
				public void start() {
					throw new IllegalStateException("not my day");
				}

				@Override
				public void stop() {
				}

				@Override
				public boolean isRunning() {
					return false;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Instance.Application.class)
	static class FailingRefresh {

		@Bean
		ApplicationListener<ContextRefreshedEvent> failing() {
			return (event) -> {
				throw new IllegalStateException("not my day");
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Instance.Application.class)
	static class FailingRunner {

		@Bean
		ApplicationRunner failing() {
			return (args) -> {
				throw new IllegalStateException("not my day");
			};
		}

	}

}
