package io.clustercontroller.examples.redis;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.testing.ChildProcesses;
import io.clustercontroller.testing.EtcdProcess;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

import org.springframework.util.FileSystemUtils;

import static org.awaitility.Awaitility.await;

/**
 * One of the two instances, in a JVM of its own. It can be killed and started again, as
 * its container would be.
 */
final class NodeProcess implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final RedisServer server;

	private final RedisServer peer;

	private final Path directory;

	private final String etcd;

	private final String environment;

	private Process process;

	NodeProcess(RedisServer server, RedisServer peer, Path directory, EtcdProcess etcd, String environment) {
		this.server = server;
		this.peer = peer;
		this.directory = directory;
		this.etcd = etcd.endpoint();
		this.environment = environment;
		this.process = start();
	}

	private Process start() {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
						"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
						RedisApplication.class.getName(), "--redis.port=" + this.server.port(),
						"--redis.peer-port=" + this.peer.port(), "--redis.folder=" + data()));
		command.addAll(common(this.etcd, this.environment));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
		return ChildProcesses.start(builder);
	}

	/** What nodes and clients are started with. */
	static List<String> common(String etcd, String environment) {
		return List.of("--cluster-controller.coordinator=etcd", "--cluster-controller.etcd.hosts=" + etcd,
				"--cluster-controller.environment=" + environment, "--cluster-controller.session.ttl=3s",
				"--spring.main.banner-mode=off");
	}

	RedisServer server() {
		return this.server;
	}

	/** Kill the JVM; returns when its server is gone, too. */
	void kill() {
		this.process.destroyForcibly();
		try {
			if (!this.process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
				throw new AssertionError(this.server + " has not ended");
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		await("the end of the server " + this.server).atMost(LIMIT).until(() -> !isServing());
	}

	void restart() {
		this.process = start();
	}

	/** Freeze the controller alone; its server goes on. */
	void freeze() {
		ChildProcesses.freeze(this.process);
	}

	void thaw() {
		ChildProcesses.thaw(this.process);
	}

	/** Freeze the server alone while the task runs; its controller goes on. */
	void whileServerIsFrozen(Runnable task) {
		String pid = info("server").getProperty("process_id");
		signal("STOP", pid);
		try {
			task.run();
		}
		finally {
			signal("CONT", pid);
		}
	}

	private static void signal(String signal, String pid) {
		try {
			// the shell's own kill: not every machine has the program
			if (new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid).start().waitFor() != 0) {
				throw new IllegalStateException("No process " + pid);
			}
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** What happens to an instance that is not on its volume. */
	void loseData() {
		try {
			FileSystemUtils.deleteRecursively(data());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Whether all that comes is written to disk at once, or some has to be first. */
	boolean isOnDisk() {
		Properties persistence = info("persistence");
		return "0".equals(persistence.getProperty("aof_rewrite_in_progress"))
				&& "0".equals(persistence.getProperty("aof_rewrite_scheduled"));
	}

	private Properties info(String section) {
		Properties info = new Properties();
		try (Jedis jedis = new Jedis(this.server.address())) {
			info.load(new StringReader(jedis.info(section)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return info;
	}

	String log() {
		try {
			return Files.readString(logFile());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private boolean isServing() {
		try {
			this.server.position();
			return true;
		}
		catch (JedisException ex) {
			return false;
		}
	}

	private Path data() {
		return this.directory.resolve(String.valueOf(this.server.port()));
	}

	private Path logFile() {
		return this.directory.resolve(this.server.port() + ".log");
	}

	@Override
	public void close() {
		kill();
	}

	@Override
	public String toString() {
		return this.server.toString();
	}

}
