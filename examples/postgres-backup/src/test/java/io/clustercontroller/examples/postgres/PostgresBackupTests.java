package io.clustercontroller.examples.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.clustercontroller.ClusterController;
import io.clustercontroller.MemberState;
import io.clustercontroller.backup.Backup;
import io.clustercontroller.backup.BackupCatalog;
import io.clustercontroller.backup.BackupOperations;
import io.clustercontroller.backup.Tier;
import io.clustercontroller.event.BackupCompletedEvent;
import io.clustercontroller.testing.ChildProcesses;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.FreePorts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A real PostgreSQL with its controllers, and a real etcd.
 */
@ExtendWith(EtcdExtension.class)
class PostgresBackupTests {

	private static final Duration LIMIT = Duration.ofSeconds(90);

	private final List<Process> processes = new ArrayList<>();

	private final int port = FreePorts.next();

	private final List<String> arguments = new ArrayList<>();

	private Path folder;

	private Psql psql;

	@BeforeEach
	void prepare(EtcdProcess etcd) throws IOException {
		// not below the folder of a test, which others may not enter, and whose path is
		// too long for a socket
		this.folder = Files.createTempDirectory("pg-");
		this.psql = new Psql(this.folder, this.port);
		this.arguments.addAll(List.of("--postgres.folder=" + this.folder, "--postgres.port=" + this.port,
				"--cluster-controller.coordinator=etcd", "--cluster-controller.etcd.hosts=" + etcd.endpoint(),
				"--cluster-controller.environment=" + etcd.newEnvironment(), "--cluster-controller.session.ttl=3s",
				"--spring.main.banner-mode=off"));
	}

	@AfterEach
	void clean() throws IOException {
		this.processes.forEach(Process::destroyForcibly);
		await("the end of the server").atMost(LIMIT).until(() -> !isServing());
		FileSystemUtils.deleteRecursively(this.folder);
	}

	@Test
	void whatIsLostComesBackFromTheBackup() throws Exception {
		Backup first;
		try (ConfigurableApplicationContext instance = start()) {
			this.psql.run("CREATE TABLE orders AS SELECT n FROM generate_series(1, 1000) n");
			first = backUp(instance);
			this.psql.run("INSERT INTO orders VALUES (1001)");
			Backup second = backUp(instance);
			assertThat(first.tiers()).containsExactlyInAnyOrder(Tier.values());
			assertThat(this.folder.resolve("backup/shop/latest.dump")).hasSameBinaryContentAs(second.path());
			this.psql.run("DROP TABLE orders");
		}
		try (ConfigurableApplicationContext instance = start("--restore=" + first.id())) {
			assertThat(this.psql.run("SELECT count(*) FROM orders")).isEqualTo("1000");
		}
		FileSystemUtils.deleteRecursively(this.folder.resolve("data"));
		try (ConfigurableApplicationContext instance = start("--restore")) {
			assertThat(this.psql.run("SELECT count(*) FROM orders")).isEqualTo("1001");
			this.psql.run("TRUNCATE orders");
			backUp(instance);
			instance.getBean(Restore.class).run(new DefaultApplicationArguments("--restore"));
			// which of the earlier ones is the newest that is kept depends on the hour
			assertThat(this.psql.run("SELECT count(*) FROM orders")).isNotEqualTo("0");
		}
		assertThat(isServing()).isFalse();
	}

	@Test
	void aBackupThatIsDamagedChangesNothing() throws Exception {
		try (ConfigurableApplicationContext instance = start()) {
			this.psql.run("CREATE TABLE orders AS SELECT n FROM generate_series(1, 1000) n");
			Path file = backUp(instance).path();
			this.psql.run("INSERT INTO orders VALUES (1001)");
			byte[] content = Files.readAllBytes(file);
			content[content.length / 2] ^= 1;
			assertThat(file.toFile().setWritable(true)).isTrue();
			Files.write(file, content);
		}
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> start("--restore"));
		try (ConfigurableApplicationContext instance = start()) {
			assertThat(this.psql.run("SELECT count(*) FROM orders")).isEqualTo("1001");
		}
	}

	@Test
	void anotherInstanceGoesOnWithTheDataOfOneThatIsKilled() throws Exception {
		Process master = startProcess();
		await("the server").atMost(LIMIT).until(this::isServing);
		this.psql.run("CREATE TABLE orders AS SELECT n FROM generate_series(1, 1000) n");
		String pid = Files.readAllLines(this.folder.resolve("data/postmaster.pid")).get(0);
		ProcessHandle server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
		startProcess();
		master.destroyForcibly();
		await("the end of the server").atMost(LIMIT).until(() -> !server.isAlive());
		await("the next server").atMost(LIMIT).until(this::isServing);
		assertThat(this.psql.run("SELECT count(*) FROM orders")).isEqualTo("1000");
	}

	private ConfigurableApplicationContext start(String... more) {
		ConfigurableApplicationContext instance = SpringApplication.run(
				new Class<?>[] { PostgresApplication.class, CompletedBackups.class },
				Stream.concat(this.arguments.stream(), Stream.of(more)).toArray(String[]::new));
		await("an active server").atMost(LIMIT)
			.until(() -> instance.getBean(ClusterController.class).state() == MemberState.ACTIVE);
		await("a server that answers").atMost(LIMIT).until(this::isServing);
		return instance;
	}

	private Process startProcess() {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
						"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
						PostgresApplication.class.getName()));
		command.addAll(this.arguments);
		Process process = ChildProcesses.start(new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(Path.of("target", "instance-" + this.processes.size() + ".log").toFile()));
		this.processes.add(process);
		return process;
	}

	private static Backup backUp(ConfigurableApplicationContext instance) throws InterruptedException {
		instance.getBean(BackupOperations.class).runNow("shop");
		// the catalogue shows it before it is filed under all its tiers
		BackupCompletedEvent completed = instance.getBean(CompletedBackups.class).next();
		Backup backup = instance.getBean(BackupCatalog.class).newest("shop").orElseThrow();
		assertThat(backup.id()).isEqualTo(completed.id());
		return backup;
	}

	private boolean isServing() throws IOException, InterruptedException {
		try {
			return this.psql.run("SELECT 1").equals("1");
		}
		catch (IllegalStateException ex) {
			return false;
		}
	}

	static final class CompletedBackups {

		private final BlockingQueue<BackupCompletedEvent> events = new LinkedBlockingQueue<>();

		@EventListener
		void onCompleted(BackupCompletedEvent event) {
			this.events.add(event);
		}

		BackupCompletedEvent next() throws InterruptedException {
			BackupCompletedEvent event = this.events.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
			assertThat(event).as("a backup within %s", LIMIT).isNotNull();
			return event;
		}

	}

}
