package io.clustercontroller.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import io.clustercontroller.event.BackupCompletedEvent;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.ProcessStartedEvent;
import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.filelock.FilesystemLocks;
import io.clustercontroller.job.MasterOnly;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Waits;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Spring Boot lets every application choose, about its start, its end and its
 * contexts, can be chosen with the starter, too.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ConventionsTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	/** Of its own: all its leases are those of the instances here. */
	private EtcdProcess etcd;

	@BeforeAll
	void startEtcd() {
		this.etcd = EtcdProcess.launch();
	}

	@AfterAll
	void closeEtcd() {
		this.etcd.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.main.keep-alive=true", "spring.main.register-shutdown-hook=false",
			"spring.threads.virtual.enabled=true" })
	void processOfASlaveLivesUntilItsContextIsClosed(String property) {
		String environment = environment();
		try (Instance master = Instance.start(onEtcd(environment));
				ClusterProcess slave = process(environment, property).start()) {
			String id = slave.instanceId();
			master.awaitMember(id, (member) -> true);
			Waits.letPass(Duration.ofMillis(500));
			assertThat(slave.isAlive()).isTrue();
			assertThat(slave.events(BecameMasterEvent.class)).isEmpty();
			slave.closeContext();
			assertThat(slave.waitFor(LIMIT)).isZero();
			assertThat(this.etcd.keys("/" + environment + "/web/members/")).hasSize(1)
				.noneMatch((key) -> key.endsWith(id));
			assertThat(this.etcd.leases()).hasSize(1);
		}
	}

	@Test
	void processThatIsKeptAliveEndsWithItsService() {
		try (ClusterProcess process = process(environment(), "spring.main.keep-alive=true")
			.variable("SERVICE_COMMAND", "sh -c 'exit 3'")
			.start()) {
			assertThat(process.waitFor(LIMIT)).isEqualTo(3);
			assertThat(this.etcd.leases()).isEmpty();
		}
	}

	/** The service of such a process is the matter of its guard. */
	@Test
	void processWithoutShutdownHookThatIsTerminatedIsFoundDead() {
		String environment = environment();
		try (ClusterProcess master = process(environment, "spring.main.register-shutdown-hook=false")
			.ttl(Duration.ofSeconds(2))
			.variable("SERVICE_COMMAND", "sleep 1000")
			.start()) {
			String id = master.instanceId();
			long service = Long.parseLong(master.awaitEvent(ProcessStartedEvent.class, LIMIT).detail("pid"));
			try (Instance slave = Instance.start(onEtcd(environment))) {
				slave.awaitMaster(id);
				master.terminate();
				assertThat(master.waitFor(LIMIT)).isEqualTo(128 + 15);
				assertThat(master.events(BecameSlaveEvent.class)).isEmpty();
				assertThat(slave.events().await(BecameMasterEvent.class).cause()).isEqualTo(RoleChangeCause.PROMOTED);
				Awaitility.await("the end of the service")
					.atMost(LIMIT)
					.until(() -> ProcessHandle.of(service).filter(ProcessHandle::isAlive).isEmpty());
			}
		}
	}

	/** Without a service nobody but Spring itself asks for what comes before it. */
	@ParameterizedTest
	@ValueSource(strings = { "", "sleep 1000" })
	void everythingThatIsConfiguredWorksThoughBeansAreLazy(String command, @TempDir Path directory) throws IOException {
		Path template = Files.writeString(directory.resolve("template"), "for {{ USER | default('all') }}");
		Path target = directory.resolve("target");
		Path data = Files.createDirectory(directory.resolve("data"));
		try (Instance instance = Instance.start(Working.class, "--spring.main.lazy-initialization=true",
				"--cluster-controller.environment=" + environment(), "--cluster-controller.coordinator=local",
				"--cluster-controller.local.directory=" + directory.resolve("cluster"),
				"--cluster-controller.process.command=" + command, "--cluster-controller.filesystem-locks=" + data,
				"--cluster-controller.templates[0].source=" + template,
				"--cluster-controller.templates[0].target=" + target,
				"--cluster-controller.backup.destination-folder=" + directory.resolve("backup"),
				"--cluster-controller.backup.jobs[0].name=data",
				"--cluster-controller.backup.jobs[0].command=sh -c 'echo data > \"$BACKUP_OUTPUT\"'",
				"--cluster-controller.backup.jobs[0].cron=* * * * * *")) {
			assertThat(instance.controller().isMaster()).isTrue();
			if (!command.isEmpty()) {
				instance.events().await(ProcessStartedEvent.class);
			}
			assertThat(target).content().startsWith("for ");
			assertThat(instance.context().getBean(FilesystemLocks.class).holds(data)).isTrue();
			instance.events().await(BackupCompletedEvent.class);
			Awaitility.await("the job, which nobody asks for")
				.atMost(LIMIT)
				.until(() -> instance.context().getBeanFactory().containsSingleton("job"));
			Awaitility.await("a run").atMost(LIMIT).until(() -> instance.context().getBean(Job.class).runs() > 0);
			assertThat(instance.context().getBean(MeterRegistry.class).find("cluster.role").gauge()).isNotNull();
		}
	}

	@Test
	void contextsOfOneParentAreInstancesOfTheirOwn() {
		String environment = environment();
		try (ConfigurableApplicationContext parent = withoutWebServer(Parent.class).run();
				ConfigurableApplicationContext first = withoutWebServer(Instance.Application.class).parent(parent)
					.run(onEtcd(environment));
				ConfigurableApplicationContext second = withoutWebServer(Instance.Application.class).parent(parent)
					.run(onEtcd(environment))) {
			// the parent hears both
			HeardEvents all = parent.getBean(HeardEvents.class);
			all.await(BecameMasterEvent.class);
			all.await(BecameSlaveEvent.class);
			HeardEvents heard = second.getBean(HeardEvents.class);
			assertThat(heard.of(BecameMasterEvent.class)).isEmpty();
			first.close();
			heard.await(BecameMasterEvent.class);
			assertThat(this.etcd.keys("/" + environment + "/web/members/")).hasSize(1);
			parent.close();
			assertThat(second.isActive()).isFalse();
			assertThat(this.etcd.leases()).isEmpty();
		}
	}

	private static SpringApplicationBuilder withoutWebServer(Class<?> application) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE).registerShutdownHook(false);
	}

	private ClusterProcess.Builder process(String environment, String property) {
		String[] parts = property.split("=");
		return ClusterProcess.builder()
			.environment(environment)
			.service("web")
			.etcd(this.etcd.endpoint())
			.property(parts[0], parts[1]);
	}

	private static String environment() {
		return "test-" + UUID.randomUUID().toString().substring(0, 8);
	}

	private String[] onEtcd(String environment) {
		return new String[] { "--cluster-controller.environment=" + environment, "--cluster-controller.service=web",
				"--cluster-controller.etcd.hosts=" + this.etcd.endpoint() };
	}

	@Configuration(proxyBeanMethods = false)
	@Import(HeardEvents.class)
	static class Parent {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	@Import(Instance.Application.class)
	static class Working {

		@Bean
		Job job() {
			return new Job();
		}

	}

	static class Job {

		private final AtomicInteger runs = new AtomicInteger();

		@Scheduled(fixedDelay = 50)
		@MasterOnly
		void run() {
			this.runs.incrementAndGet();
		}

		int runs() {
			return this.runs.get();
		}

	}

}
