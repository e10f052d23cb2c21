package io.clustercontroller.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Role;
import io.clustercontroller.event.BecameActiveEvent;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.ProcessExitedEvent;
import io.clustercontroller.event.ProcessStartedEvent;
import io.clustercontroller.testing.FreePorts;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the service is started, and what it finds.
 */
class ServiceLaunchTests {

	@TempDir
	private Path directory;

	@Test
	void oneTextIsSplitAsAShellDoes() throws IOException {
		String command = "sh -c 'printf \"<%s>\" \"$@\" >words; pwd >>words; exec sleep 1000' sh "
				+ "--bind 1,2 'a b' \"it's\" '' c\\ d";
		try (ServiceInstance instance = ServiceInstance.start(this.directory, command)) {
			assertThat(ServiceInstance.read(this.directory.resolve("words")))
				.isEqualTo("<--bind><1,2><a b><it's><><c d>" + this.directory.toRealPath() + "\n");
			assertThat(instance.service().pid()).isPresent();
		}
	}

	@Test
	void listOfYamlIsTakenAsItIs() throws IOException {
		Path file = this.directory.resolve("application.yaml");
		Files.writeString(file, """
				cluster-controller:
				  process:
				    command:
				      - sh
				      - -c
				      - printf "<%s>" "$@" >words; echo "$GREETING" >>words; exec sleep 1000
				      - sh
				      - 1,2
				      - it's "a" b
				    environment:
				      GREETING: good morning
				""");
		try (ServiceInstance instance = ServiceInstance.start(ServiceInstance.Application.class, Map.of(),
				this.directory, "--spring.config.location=file:" + file)) {
			assertThat(ServiceInstance.read(this.directory.resolve("words")))
				.isEqualTo("<1,2><it's \"a\" b>good morning\n");
			assertThat(instance.service().pid()).isPresent();
		}
	}

	@Test
	void environmentSaysWhoIsMasterAndWhoItIs() {
		String command = "sh -c 'env | grep ^CLUSTER_ | grep -v ^CLUSTER_COOKIE= >$CLUSTER_ROLE; "
				+ "echo >>$CLUSTER_ROLE; exec sleep 1000'";
		try (ServiceInstance master = ServiceInstance.start(this.directory, command,
				"--cluster-controller.container=first", "environment.CLUSTER_ROLE=what is configured counts less");
				ServiceInstance slave = ServiceInstance.start(this.directory, command,
						"--cluster-controller.container=second")) {
			long token = master.controller().fencingToken().orElseThrow();
			assertThat(variables("MASTER"))
				.isEqualTo(Map.of("CLUSTER_INSTANCE_ID", master.controller().self().instanceId(), "CLUSTER_ROLE",
						"MASTER", "CLUSTER_FENCING_TOKEN", String.valueOf(token), "CLUSTER_MASTER", "first",
						"CLUSTER_SERVICE", "web", "CLUSTER_ENVIRONMENT", "test"));
			assertThat(variables("SLAVE"))
				.isEqualTo(Map.of("CLUSTER_INSTANCE_ID", slave.controller().self().instanceId(), "CLUSTER_ROLE",
						"SLAVE", "CLUSTER_MASTER", "first", "CLUSTER_SERVICE", "web", "CLUSTER_ENVIRONMENT", "test"));
		}
	}

	private Map<String, String> variables(String role) {
		Map<String, String> variables = new TreeMap<>();
		Awaitility.await()
			.atMost(ServiceInstance.LIMIT)
			.until(() -> ServiceInstance.read(this.directory.resolve(role)).endsWith("\n\n"));
		ServiceInstance.read(this.directory.resolve(role)).lines().filter((line) -> !line.isEmpty()).forEach((line) -> {
			int equals = line.indexOf('=');
			variables.put(line.substring(0, equals), line.substring(equals + 1));
		});
		return variables;
	}

	@Test
	void startsWhenTheFirstRoleWasHeardAndBeforeTheInstanceIsActive() {
		try (ServiceInstance instance = ServiceInstance.start(Preparing.class, this.directory,
				"sh -c 'cat prepared >seen; exec sleep 1000'")) {
			instance.await(BecameActiveEvent.class, 1);
			assertThat(instance.kinds()).containsSubsequence("BecameMasterEvent", "ProcessStartedEvent",
					"BecameActiveEvent");
			assertThat(ServiceInstance.read(this.directory.resolve("seen"))).isEqualTo("for the service\n");
		}
	}

	@Test
	void startsWhenWhatItDependsOnIsThere() throws IOException {
		int port = FreePorts.next();
		CompletableFuture<ServiceInstance> starting = CompletableFuture
			.supplyAsync(() -> ServiceInstance.start(this.directory, "sh -c 'echo >started; exec sleep 1000'",
					"--cluster-controller.depends-on=tcp://127.0.0.1:" + port));
		Awaitility.await("the wait")
			.atMost(ServiceInstance.LIMIT)
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.anyMatch((thread) -> thread.getName().startsWith("cluster-depends-on")));
		assertThat(this.directory.resolve("started")).doesNotExist();
		try (ServerSocket dependency = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
			assertThat(dependency.isBound()).isTrue();
			assertThat(starting).succeedsWithin(ServiceInstance.LIMIT);
			try (ServiceInstance instance = starting.join()) {
				assertThat(instance).isNotNull();
				Awaitility.await()
					.atMost(ServiceInstance.LIMIT)
					.until(() -> Files.exists(this.directory.resolve("started")));
			}
		}
	}

	@Test
	void beanAndEventsTellOfEachRun() {
		// fails twice, then goes on
		String command = "sh -c 'echo $$ >>runs; [ $(wc -l <runs) -gt 2 ] || exit 3; exec sleep 1000'";
		try (ServiceInstance instance = ServiceInstance.start(this.directory, command, "restart.policy=on-failure",
				"restart.delay=20ms")) {
			List<Long> pids = ServiceInstance.lines(this.directory.resolve("runs"), 3)
				.stream()
				.map(Long::valueOf)
				.toList();
			List<ProcessStartedEvent> started = instance.await(ProcessStartedEvent.class, 3);
			List<ProcessExitedEvent> exited = instance.events(ProcessExitedEvent.class);
			assertThat(started).extracting(ProcessStartedEvent::pid).isEqualTo(pids);
			assertThat(started).extracting(ProcessStartedEvent::restarts).containsExactly(0, 1, 2);
			assertThat(exited).extracting(ProcessExitedEvent::pid).isEqualTo(pids.subList(0, 2));
			assertThat(exited).extracting(ProcessExitedEvent::exitCode).containsExactly(3, 3);
			assertThat(exited).extracting(ProcessExitedEvent::stopped).containsOnly(false);
			assertThat(instance.kinds()).filteredOn((kind) -> kind.startsWith("Process"))
				.containsExactly("ProcessStartedEvent", "ProcessExitedEvent", "ProcessStartedEvent",
						"ProcessExitedEvent", "ProcessStartedEvent");
			ServiceProcess service = instance.service();
			assertThat(service.pid()).hasValue(pids.get(2));
			assertThat(service.uptime()).isPositive();
			assertThat(service.restarts()).isEqualTo(2);
			assertThat(service.lastExit()).contains(exited.get(1));
		}
	}

	@Test
	void contextThatIsStartedAgainRunsTheServiceAgain() {
		try (ServiceInstance instance = ServiceInstance.start(this.directory, ServiceInstance.IDLE)) {
			long first = instance.awaitPid((pid) -> true);
			instance.context().stop();
			assertThat(instance.service().pid()).isEmpty();
			assertThat(instance.service().uptime()).isZero();
			assertThat(instance.service().lastExit()).hasValueSatisfying((exit) -> {
				assertThat(exit.pid()).isEqualTo(first);
				assertThat(exit.stopped()).isTrue();
				assertThat(exit.exitCode()).isZero();
			});
			assertThat(ProcessHandle.of(first)).isEmpty();
			instance.context().start();
			long second = instance.service().pid().orElseThrow();
			assertThat(second).isNotEqualTo(first);
			assertThat(instance.controller().role()).isEqualTo(Role.MASTER);
			assertThat(instance.service().restarts()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  " })
	void blankCommandIsNone(String command) {
		try (ServiceInstance instance = ServiceInstance.start(this.directory, command)) {
			assertThat(instance.context().getBeansOfType(ServiceProcess.class)).isEmpty();
			assertThat(instance.controller().isMaster()).isTrue();
		}
	}

	@Test
	void nothingIsSupervisedWithoutACommand() {
		try (ServiceInstance instance = ServiceInstance.start(ServiceInstance.Application.class, Map.of(),
				this.directory)) {
			assertThat(instance.context().getBeansOfType(ServiceProcess.class)).isEmpty();
			assertThat(instance.context().getBean(ClusterController.class).isMaster()).isTrue();
			assertThat(instance.context().getBeansOfType(TerminateWhenNoLongerActive.class)).hasSize(1);
		}
		try (ServiceInstance instance = ServiceInstance.start(this.directory, ServiceInstance.IDLE,
				"--cluster-controller.terminate-when-no-longer-active=false",
				"--spring.main.lazy-initialization=true")) {
			assertThat(instance.context().getBeansOfType(TerminateWhenNoLongerActive.class)).isEmpty();
			assertThat(instance.service().pid()).isPresent();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ServiceInstance.Heard.class)
	static class Preparing {

		@Bean
		Preparation preparation(Environment environment) {
			return new Preparation(
					Path.of(environment.getRequiredProperty("cluster-controller.process.working-directory")));
		}

	}

	/** Prepares, as a listener does that takes its time, what the service needs. */
	record Preparation(Path directory) {

		@EventListener
		void prepare(BecameMasterEvent event) throws IOException {
			Waits.letPass(Duration.ofMillis(300));
			Files.writeString(this.directory.resolve("prepared"), "for the service\n");
		}

	}

}
