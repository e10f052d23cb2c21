package io.clustercontroller.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import io.clustercontroller.event.ProcessExitedEvent;
import io.clustercontroller.event.ProcessStartedEvent;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.Fact;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the JVM ends with its service, and the service with its JVM, however either ends.
 */
class ServiceEndTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	/** A shell that goes on until it is told to end. */
	private static final String WAIT = "echo ready; while :; do sleep 0.02; done";

	@TempDir
	private Path directory;

	@Test
	void serviceThatEndsByItselfEndsTheJvmWithItsCode() {
		try (ClusterProcess zero = start("true"); ClusterProcess killed = start("sh -c 'kill -KILL $$'")) {
			assertThat(zero.waitFor(LIMIT)).as(zero.output()).isZero();
			assertThat(killed.waitFor(LIMIT)).as(killed.output()).isEqualTo(137);
			assertThat(zero.awaitEvent(ProcessExitedEvent.class, LIMIT).details()).containsEntry("exitCode", "0")
				.containsEntry("stopped", "false");
			assertThat(killed.awaitEvent(ProcessExitedEvent.class, LIMIT).detail("exitCode")).isEqualTo("137");
			assertThat(killed.output()).contains("137 (killed: ").doesNotContain("\tat ");
		}
	}

	@Test
	void secretsOfTheControllerAreNotForTheService() throws IOException {
		Path seen = this.directory.resolve("seen");
		String password = "s3cret";
		try (ClusterProcess process = builder("sh -c 'env >" + seen + "; exit 3'").variable("ETCD_HOSTS", "etcd-1")
			.variable("ETCD_USERNAME", "app")
			.variable("ETCD_PASSWORD", password)
			.variable("CLUSTERCONTROLLER_ETCD_PASSWORD", password)
			.variable("CLUSTER_CONTROLLER_ETCD_PASSWORD", password)
			.variable("COPIED_TO", password)
			.variable("JAVA_TOOL_OPTIONS", "-Dcluster-controller.etcd.password=" + password)
			.variable("KEPT", "as it is")
			.start()) {
			assertThat(process.waitFor(LIMIT)).as(process.output()).isEqualTo(3);
			assertThat(Files.readAllLines(seen)).noneMatch((line) -> line.contains(password))
				.noneMatch((line) -> line
					.matches("(ETCD_(USERNAME|PASSWORD)|CLUSTER_?CONTROLLER_.*|JAVA_TOOL_OPTIONS)=.*"))
				.contains("KEPT=as it is", "ETCD_HOSTS=etcd-1");
			assertThat(process.output()
				.replace("Picked up JAVA_TOOL_OPTIONS: -Dcluster-controller.etcd.password=" + password, ""))
				.doesNotContain(password);
		}
	}

	@Test
	void serviceThatObeysTheSignalMakesZero() {
		try (ClusterProcess process = start(
				"sh -c 'trap \"echo stopping; sleep 0.5; echo bye; trap - TERM; kill $$\" TERM; " + WAIT + "'")) {
			awaitReady(process);
			process.terminate();
			await("its handler", () -> process.output().contains("stopping"));
			process.terminate();
			assertThat(process.waitFor(LIMIT)).as(process.output()).isZero();
			assertThat(process.output()).contains("bye").doesNotContain("\tat ");
			assertThat(process.awaitEvent(ProcessExitedEvent.class, LIMIT).details()).containsEntry("exitCode", "0")
				.containsEntry("stopped", "true");
		}
	}

	@Test
	void serviceThatEndsInItsOwnWayKeepsItsCode() {
		try (ClusterProcess process = builder("sh -c 'trap \"echo bye; exit 7\" USR1; " + WAIT + "'")
			.property("cluster-controller.process.output", "inherit")
			.property("cluster-controller.process.stop-signal", "USR1")
			.start()) {
			awaitReady(process);
			process.terminate();
			assertThat(process.waitFor(LIMIT)).as(process.output()).isEqualTo(7);
			// as it was written, without the layout of a log
			assertThat(process.output().lines()).contains("ready", "bye");
		}
	}

	@Test
	void serviceThatHasToBeKilledMakes137WithinTheBudget() {
		try (ClusterProcess process = builder("sh -c 'trap \"\" TERM; (trap \"\" TERM; " + WAIT + ") & " + WAIT + "'")
			.property("cluster-controller.stop-timeout", "4s")
			.start()) {
			awaitReady(process);
			List<ProcessHandle> family = family(process);
			assertThat(family).hasSizeGreaterThan(1);
			long begun = System.nanoTime();
			process.terminate();
			assertThat(process.waitFor(LIMIT)).as(process.output()).isEqualTo(137);
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofSeconds(2),
					Duration.ofSeconds(5));
			assertThat(family).noneMatch(ServiceEndTests::isAlive);
		}
	}

	@Test
	void codeThatTheApplicationChoosesStays() {
		try (ClusterProcess process = builder("sh -c 'trap \"exit 7\" TERM; " + WAIT + "'")
			.property("spring.main.sources", ExitOnStart.class.getName())
			.start()) {
			assertThat(process.waitFor(LIMIT)).as(process.output()).isEqualTo(5);
			assertThat(process.awaitEvent(ProcessExitedEvent.class, LIMIT).detail("stopped")).isEqualTo("true");
		}
	}

	@Test
	void serviceThatEndsWhileTheApplicationStarts() {
		try (ClusterProcess process = builder("sh -c 'exit 4'")
			.property("spring.main.sources", SlowStart.class.getName())
			.start()) {
			assertThat(process.waitFor(LIMIT)).as(process.output()).isEqualTo(4);
			assertThat(process.output()).doesNotContain("\tat ");
		}
	}

	@Test
	void serviceThatFailsTooOftenEndsTheJvm() {
		try (ClusterProcess process = builder("sh -c 'exit 9'")
			.property("cluster-controller.process.restart.policy", "on-failure")
			.property("cluster-controller.process.restart.delay", "10ms")
			.property("cluster-controller.process.restart.limit", "3")
			.start()) {
			assertThat(process.waitFor(LIMIT)).as(process.output()).isEqualTo(9);
			assertThat(process.events(ProcessStartedEvent.class)).extracting((fact) -> fact.detail("restarts"))
				.containsExactly("0", "1", "2", "3");
			assertThat(process.events(ProcessExitedEvent.class)).extracting((fact) -> fact.detail("exitCode"))
				.containsExactly("9", "9", "9", "9");
			assertThat(process.output()).contains("The service was restarted too often");
		}
	}

	@Test
	void nothingOutlivesAKilledJvm() {
		String tree = "sleep 1001 & (sleep 1002 &) ; (setsid sh -c \"sleep 1003 & exec sleep 1004\" >/dev/null 2>&1 &) ; "
				+ "(trap \"\" TERM; exec setsid sh -c \"while :; do sleep 0.1; done\") & ";
		String mark = "ended-with-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
		try (ClusterProcess process = builder("sh -c '" + tree + WAIT + "'")
			.property("cluster-controller.process.environment.TEST_MARK", mark)
			.property("cluster-controller.process.stop-timeout", "500ms")
			.start()) {
			awaitReady(process);
			await("the whole tree", () -> carriers(mark).count() >= 6);
			process.kill();
			await("the end of the tree", () -> carriers(mark).findAny().isEmpty());
		}
	}

	private ClusterProcess start(String command) {
		return builder(command).start();
	}

	private ClusterProcess.Builder builder(String command) {
		return ClusterProcess.builder()
			.variable("SERVICE_COMMAND", command)
			.property("cluster-controller.coordinator", "local")
			.property("cluster-controller.local.directory", this.directory.resolve("cluster").toString());
	}

	private static void awaitReady(ClusterProcess process) {
		process.instanceId();
		await("the service", () -> process.output().contains("ready"));
	}

	private static List<ProcessHandle> family(ClusterProcess process) {
		Fact started = process.awaitEvent(ProcessStartedEvent.class, LIMIT);
		ProcessHandle service = ProcessHandle.of(Long.parseLong(started.detail("pid"))).orElseThrow();
		return Stream.concat(Stream.of(service), service.descendants()).toList();
	}

	/** A process that nobody has collected yet is none. */
	static boolean isAlive(ProcessHandle process) {
		try {
			String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
			return process.isAlive() && stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** The processes that have this value in their environment. */
	private static Stream<ProcessHandle> carriers(String mark) {
		return ProcessHandle.allProcesses().filter((process) -> {
			try {
				return isAlive(process) && Files
					.readString(Path.of("/proc", String.valueOf(process.pid()), "environ"), StandardCharsets.ISO_8859_1)
					.contains("TEST_MARK=" + mark);
			}
			catch (IOException ex) {
				return false;
			}
		});
	}

	private static void await(String what, Callable<Boolean> condition) {
		Awaitility.await(what).pollInterval(Duration.ofMillis(20)).atMost(LIMIT).until(condition);
	}

	/** An application that ends itself when its service runs. */
	@Configuration(proxyBeanMethods = false)
	static class ExitOnStart {

		@EventListener
		void exit(ProcessStartedEvent event) {
			Thread thread = new Thread(() -> System.exit(5), "exit");
			thread.start();
		}

	}

	/** An application that is still starting when its service has ended. */
	@Configuration(proxyBeanMethods = false)
	static class SlowStart {

		@Bean
		SmartLifecycle slowBean(ApplicationContext context) {
			return new SmartLifecycle() {

				private volatile boolean running;

				@Override
				public void start() {
					ServiceProcess service = context.getBean(ServiceProcess.class);
					await("the end of the service", () -> service.lastExit().isPresent());
					// and what follows from it, which has to wait for this start
					Waits.letPass(Duration.ofMillis(500));
					this.running = true;
				}

				@Override
				public void stop() {
					this.running = false;
				}

				@Override
				public boolean isRunning() {
					return this.running;
				}

			};
		}

	}

}
