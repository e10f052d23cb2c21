package io.clustercontroller.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;
import io.clustercontroller.ClusterController;
import io.clustercontroller.Role;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.FreePorts;
import io.clustercontroller.testing.UnreachablePort;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The start of a real application waits for what {@code depends-on} says.
 */
@ExtendWith(OutputCaptureExtension.class)
class DependsOnTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final String ALL_THERE = "All that is depended on is there after ";

	@TempDir
	private Path directory;

	private final AtomicReference<ConfigurableApplicationContext> starting = new AtomicReference<>();

	@Test
	void startsWhenTheServiceHasAnActiveMaster(CapturedOutput output) throws IOException {
		int port = FreePorts.next();
		CompletableFuture<ConfigurableApplicationContext> web = startInBackground("--cluster-controller.depends-on=db");
		awaitGates();
		try (ConfigurableApplicationContext db = start("--cluster-controller.service=db",
				"--cluster-controller.ports-when-active=" + port)) {
			assertThat(db.isActive()).isTrue();
			assertThat(web).isNotDone();
			try (ServerSocket service = listen(port); ConfigurableApplicationContext started = await(web)) {
				assertThat(service.isBound()).isTrue();
				assertThat(started.isActive()).isTrue();
			}
		}
		assertThat(output).containsOnlyOnce(ALL_THERE).containsPattern(ALL_THERE + "\\d+\\.\\d s: 'db'");
	}

	@Test
	void roleIsKnownBeforeTheWait() {
		CompletableFuture<ConfigurableApplicationContext> web = startInBackground("--cluster-controller.depends-on=db");
		awaitGates();
		assertThat(this.starting.get().getBean(ClusterController.class).role()).isEqualTo(Role.MASTER);
		try (ConfigurableApplicationContext db = start("--cluster-controller.service=db");
				ConfigurableApplicationContext started = await(web)) {
			assertThat(db.isActive()).isTrue();
			assertThat(started.isActive()).isTrue();
		}
	}

	@Test
	void waitsForEverythingThereIs(CapturedOutput output) throws IOException {
		int port = FreePorts.next();
		AtomicInteger status = new AtomicInteger(503);
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", (exchange) -> {
			exchange.sendResponseHeaders(status.get(), -1);
			exchange.close();
		});
		server.start();
		String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/health";
		String list = "other/db,tcp://localhost:" + port + "," + url;
		CompletableFuture<ConfigurableApplicationContext> web = startInBackground(
				Map.of("CLUSTERCONTROLLER_DEPENDSON", list));
		Awaitility.await().atMost(LIMIT).until(() -> output.getOut().contains("Waiting for "));
		assertThat(output).containsPattern("Waiting for 'other/db' \\(it has no master\\), 'tcp://localhost:" + port
				+ "' \\(Connection refused\\), '" + url
				+ "' \\(it answers with status 503\\); \\d s so far, 5\\d s more at most");
		try (ConfigurableApplicationContext db = start("--cluster-controller.service=db",
				"--cluster-controller.environment=other"); ServerSocket service = listen(port)) {
			assertThat(db.isActive() && service.isBound()).isTrue();
			assertThat(web).isNotDone();
			status.set(200);
			try (ConfigurableApplicationContext started = await(web)) {
				assertThat(started.isActive()).isTrue();
				awaitNoGateThread();
			}
		}
		finally {
			server.stop(0);
		}
		assertThat(output).contains("s: 'other/db', 'tcp://localhost:" + port + "', '" + url + "'");
	}

	@Test
	void entriesGivenOneByOneAreWaitedFor() throws IOException {
		int port = FreePorts.next();
		CompletableFuture<ConfigurableApplicationContext> web = startInBackground(
				"--cluster-controller.depends-on[0]=tcp://127.0.0.1:" + port, "--spring.main.lazy-initialization=true");
		awaitGates();
		try (ServerSocket service = listen(port); ConfigurableApplicationContext started = await(web)) {
			assertThat(service.isBound() && started.isActive()).isTrue();
		}
	}

	@Test
	void nothingToWaitForIsNotWorthALine(CapturedOutput output) {
		try (ConfigurableApplicationContext without = start();
				ConfigurableApplicationContext empty = start("--cluster-controller.depends-on=")) {
			assertThat(without.getBeansOfType(DependsOnLifecycle.class)).isEmpty();
			assertThat(empty.isActive()).isTrue();
		}
		assertThat(output).doesNotContain("depended on").doesNotContain("Waiting for");
	}

	@Test
	void nothingIsWaitedForWhereTheStarterIsDisabled() {
		try (ConfigurableApplicationContext disabled = start("--cluster-controller.enabled=false",
				"--cluster-controller.depends-on=db")) {
			assertThat(disabled.getBeansOfType(DependsOnLifecycle.class)).isEmpty();
		}
	}

	@Test
	void failsWhenTheTimeIsOver(CapturedOutput output) {
		try (UnreachablePort hole = UnreachablePort.blackHole(); UnreachablePort closed = UnreachablePort.refused()) {
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> start(
					"--cluster-controller.depends-on=db,tcp://127.0.0.1:" + hole.port()
							+ ",tcp://no-such-host.invalid:80," + closed.endpoint() + "/",
					"--cluster-controller.depends-on-timeout=3s"));
			assertThat(output).contains("APPLICATION FAILED TO START",
					"Not there after 3s: 'db' (it has no master), 'tcp://127.0.0.1:" + hole.port()
							+ "' (no answer within 2 s), 'tcp://no-such-host.invalid:80' (its name does not resolve), '"
							+ closed.endpoint() + "/' (Connection refused).",
					"'cluster-controller.depends-on' names it rightly", "raise 'cluster-controller.depends-on-timeout'",
					"set 'cluster-controller.depends-on-timeout-action' to 'continue'")
				.doesNotContain("\tat ");
		}
		awaitNoClusterThread();
	}

	@Test
	void goesOnWhenTheTimeIsOverAndItMay(CapturedOutput output) {
		try (ConfigurableApplicationContext web = start("--cluster-controller.depends-on=db,other/auth",
				"--cluster-controller.depends-on-timeout=1s",
				"--cluster-controller.depends-on-timeout-action=continue")) {
			assertThat(web.isActive()).isTrue();
			assertThat(output.getOut()
				.lines()
				.filter((line) -> line.contains("Not there after 1s: 'db' (it has no master), 'other/auth' (it has no "
						+ "master); going on without, as 'cluster-controller.depends-on-timeout-action' says")))
				.singleElement()
				.asString()
				.contains("WARN");
			awaitNoGateThread();
		}
	}

	@Test
	void contextThatIsClosedMeanwhileEndsTheWait() {
		CompletableFuture<ConfigurableApplicationContext> web = startInBackground("--cluster-controller.depends-on=db",
				"--cluster-controller.depends-on-timeout=1h");
		awaitGates();
		this.starting.get().close();
		assertThat(web).failsWithin(LIMIT)
			.withThrowableOfType(ExecutionException.class)
			.withStackTraceContaining("Interrupted while waiting for 'db'");
		awaitNoClusterThread();
	}

	@Test
	void contextThatIsStoppedMeanwhileEndsTheWait() {
		CompletableFuture<ConfigurableApplicationContext> web = startInBackground("--cluster-controller.depends-on=db",
				"--cluster-controller.depends-on-timeout=1h");
		awaitGates();
		this.starting.get().stop();
		assertThat(web).failsWithin(LIMIT)
			.withThrowableOfType(ExecutionException.class)
			.withStackTraceContaining("Stopped while waiting for 'db'");
		awaitNoClusterThread();
	}

	@Test
	void ownServiceAndTyposAreToldBeforeAnythingStarts(CapturedOutput output) {
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> start(Map.of("CLUSTERCONTROLLER_DEPENDSON", "db,web")));
		assertThat(output).contains(
				"'cluster-controller.depends-on' has the value 'web', set by the environment variable "
						+ "CLUSTERCONTROLLER_DEPENDSON: that is the service of this instance",
				"Set 'cluster-controller.depends-on', or the environment variable CLUSTERCONTROLLER_DEPENDSON");
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> start("--cluster-controller.depends-on=db",
				"--cluster-controller.depends-on-timeout-action=ignore"));
		assertThat(output).contains("Set 'cluster-controller.depends-on-timeout-action' to one of 'fail', 'continue'.");
	}

	@Test
	void processThatIsTerminatedMeanwhileEndsSoon() {
		try (ClusterProcess process = process("1h")) {
			Awaitility.await("the wait")
				.atMost(Duration.ofSeconds(60))
				.until(() -> process.output().contains("Waiting for 'db'"));
			process.terminate();
			assertThat(process.waitFor(LIMIT)).as(process.output()).isEqualTo(128 + 15);
			assertThat(process.output()).doesNotContain("APPLICATION FAILED").doesNotContain("\tat ");
		}
	}

	@Test
	void processThatHasWaitedInVainEndsWithOne() {
		try (ClusterProcess process = process("1s")) {
			assertThat(process.waitFor(Duration.ofSeconds(60))).as(process.output()).isOne();
			assertThat(process.output()).contains("Not there after 1s: 'db' (it has no master).");
		}
	}

	private ClusterProcess process(String timeout) {
		return ClusterProcess.builder()
			.variable("CLUSTERCONTROLLER_DEPENDSON", "db")
			.property("cluster-controller.coordinator", "local")
			.property("cluster-controller.local.directory", this.directory.toString())
			.property("cluster-controller.depends-on-timeout", timeout)
			.start();
	}

	private CompletableFuture<ConfigurableApplicationContext> startInBackground(String... args) {
		return startInBackground(Map.of(), args);
	}

	private CompletableFuture<ConfigurableApplicationContext> startInBackground(Map<String, Object> variables,
			String... args) {
		CompletableFuture<ConfigurableApplicationContext> started = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				started.complete(start(variables, args));
			}
			catch (RuntimeException ex) {
				started.completeExceptionally(ex);
			}
		}, "starting");
		thread.setDaemon(true);
		thread.start();
		return started;
	}

	private ConfigurableApplicationContext start(String... args) {
		return start(Map.of(), args);
	}

	private ConfigurableApplicationContext start(Map<String, Object> variables, String... args) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setBannerMode(Banner.Mode.OFF);
		application.setRegisterShutdownHook(false);
		application.addInitializers((context) -> this.starting.compareAndSet(null, context));
		application.setEnvironment(new StandardEnvironment() {

			@Override
			public Map<String, Object> getSystemEnvironment() {
				return variables;
			}

		});
		application.setDefaultProperties(Map.of("cluster-controller.environment", "test", "cluster-controller.service",
				"web", "cluster-controller.coordinator", "local", "cluster-controller.local.directory",
				this.directory.toString()));
		return application.run(args);
	}

	private static ConfigurableApplicationContext await(CompletableFuture<ConfigurableApplicationContext> started) {
		assertThat(started).succeedsWithin(LIMIT);
		return started.join();
	}

	private static ServerSocket listen(int port) throws IOException {
		return new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
	}

	private static void awaitGates() {
		Awaitility.await("the wait").atMost(LIMIT).until(() -> threads("cluster-depends-on").findAny().isPresent());
	}

	private static void awaitNoGateThread() {
		Awaitility.await().atMost(LIMIT).until(() -> threads("cluster-depends-on").findAny().isEmpty());
	}

	private static void awaitNoClusterThread() {
		Awaitility.await().atMost(LIMIT).until(() -> threads("cluster-").findAny().isEmpty());
	}

	private static Stream<Thread> threads(String prefix) {
		Thread[] threads = Thread.getAllStackTraces().keySet().toArray(Thread[]::new);
		return Arrays.stream(threads).filter((thread) -> thread.isAlive() && thread.getName().startsWith(prefix));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
