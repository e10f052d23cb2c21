package io.clustercontroller.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.FileSystemUtils;

/**
 * A real etcd on loopback with a data directory of its own. It can be frozen, killed and
 * started again with the same ports and data. Its key space is reached through its HTTP
 * gateway, independently of the client library under test.
 * <p>
 * Tests that only read and write use the one that {@link EtcdExtension} shares; tests
 * that hurt etcd, or count what happens in it, {@link #launch(String...)} one.
 */
public final class EtcdProcess implements AutoCloseable {

	private static final int ATTEMPTS = 5;

	private static final Duration START_LIMIT = Duration.ofSeconds(60);

	private static final AtomicInteger environments = new AtomicInteger();

	private final String endpoint;

	private final EtcdGateway gateway;

	private final @Nullable Server server;

	private EtcdProcess(String endpoint, @Nullable Server server) {
		this.endpoint = endpoint;
		this.gateway = new EtcdGateway(endpoint);
		this.server = server;
	}

	/**
	 * Start an etcd and wait until it is healthy.
	 * @param arguments further arguments of etcd, such as {@code --heartbeat-interval=50}
	 * @throws IllegalStateException if there is no etcd on this machine, or if it does
	 * not start
	 */
	public static EtcdProcess launch(String... arguments) {
		return launch(false, arguments);
	}

	/**
	 * Start an etcd that also listens on a port with TLS. This object itself speaks to
	 * the one without.
	 * @param arguments the certificates and all else that etcd is to be given
	 */
	public static EtcdProcess launchWithTls(String... arguments) {
		return launch(true, arguments);
	}

	private static EtcdProcess launch(boolean tls, String... arguments) {
		EtcdRunner runner = EtcdRunner.find();
		return retryWhilePortsAreTaken(() -> {
			Server server = new Server(runner, "single", FreePorts.next(), FreePorts.next());
			if (tls) {
				server.tlsPort = FreePorts.next();
			}
			EtcdProcess etcd = member(server, "single=" + server.peerUrl(), arguments);
			try {
				etcd.start();
				return etcd;
			}
			catch (IllegalStateException ex) {
				etcd.close();
				throw ex;
			}
		});
	}

	/**
	 * The instance for everybody: the servers in {@code ETCD_TEST_ENDPOINTS} where that
	 * is set, else a new one.
	 */
	static EtcdProcess launchShared() {
		String endpoints = System.getenv("ETCD_TEST_ENDPOINTS");
		return (endpoints != null && !endpoints.isBlank()) ? external(endpoints) : launch();
	}

	/** Servers that somebody else runs; the first one is spoken to. */
	static EtcdProcess external(String endpoints) {
		String first = endpoints.split(",")[0].trim();
		return new EtcdProcess(first.contains("://") ? first : "http://" + first, null);
	}

	/** A member of a cluster that is not started yet. */
	static EtcdProcess member(Server server, String initialCluster, String... arguments) {
		server.arguments(initialCluster, arguments);
		return new EtcdProcess(server.clientUrl(), server);
	}

	static <T> T retryWhilePortsAreTaken(Supplier<T> start) {
		for (int attempt = 1;; attempt++) {
			try {
				return start.get();
			}
			catch (PortTakenException ex) {
				if (attempt == ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	/** The URL for clients, {@code http://127.0.0.1:port}. */
	public String endpoint() {
		return this.endpoint;
	}

	/** The port with TLS of an etcd that was launched with one. */
	public int tlsPort() {
		return owned("reached by TLS").tlsPort;
	}

	/** An environment that no other test uses: a key space of one's own. */
	public String newEnvironment() {
		return "test-" + ProcessHandle.current().pid() + "-" + environments.incrementAndGet();
	}

	/** Start again after an end, on the same ports and data, and wait until healthy. */
	public void start() {
		begin();
		awaitHealthy();
	}

	/** Start without waiting: a member of a cluster is healthy only with the others. */
	void begin() {
		owned("started").begin();
	}

	void awaitHealthy() {
		Server server = owned("started");
		try {
			Awaitility.await()
				.pollInterval(Duration.ofMillis(20))
				.atMost(START_LIMIT)
				.until(() -> !server.isRunning() || this.gateway.isHealthy());
		}
		catch (ConditionTimeoutException ex) {
			throw new IllegalStateException("etcd at " + this.endpoint + " is not healthy after " + START_LIMIT
					+ ". It says:\n" + server.output(), ex);
		}
		if (!server.isRunning()) {
			throw server.failure();
		}
	}

	/** Whether the process exists, be it frozen. */
	public boolean isRunning() {
		return this.server == null || this.server.isRunning();
	}

	public boolean isFrozen() {
		return this.server != null && this.server.frozen;
	}

	/** Stop the process where it stands (SIGSTOP). Connections stay, nothing answers. */
	public void freeze() {
		owned("frozen").freeze();
	}

	/** Let a frozen process go on (SIGCONT). */
	public void thaw() {
		owned("thawed").thaw();
	}

	/** End the process at once (SIGKILL) and wait for its end. */
	public void kill() {
		owned("killed").kill();
	}

	/** Ask the process to end (SIGTERM) and wait until it has. */
	public void stop() {
		stop(Server.END_LIMIT);
	}

	/**
	 * The same, for a node that may wait for others before it ends.
	 * @throws IllegalStateException if it has not ended in time
	 */
	public void stop(Duration limit) {
		owned("stopped").stop(limit);
	}

	/** What the process has written to its log since its first start. */
	public String output() {
		return owned("read").output();
	}

	/**
	 * @return the revision of the change
	 */
	public long put(String key, String value) {
		return put(key, value, 0);
	}

	/**
	 * @param lease the lease the key lives by, or 0
	 * @return the revision of the change
	 */
	public long put(String key, String value, long lease) {
		return this.gateway.put(key, value, lease);
	}

	public Optional<String> get(String key) {
		return get(key, 0);
	}

	/** The value as it was at a revision that has not been compacted yet. */
	public Optional<String> get(String key, long revision) {
		return this.gateway.get(key, revision);
	}

	public List<String> keys(String prefix) {
		return this.gateway.keys(prefix);
	}

	public long delete(String key) {
		return this.gateway.delete(key);
	}

	public long deleteAll(String prefix) {
		return this.gateway.deleteAll(prefix);
	}

	/** The revision of the whole key space; grows with every write. */
	public long revision() {
		return this.gateway.revision();
	}

	/** Forget everything before the revision. */
	public void compact(long revision) {
		this.gateway.compact(revision);
	}

	/** Give the space of what was deleted and compacted back. */
	public void defragment() {
		this.gateway.defragment();
	}

	/**
	 * Whether the quota was exceeded, which forbids all writes until
	 * {@link #endOutOfSpace()}.
	 */
	public boolean isOutOfSpace() {
		return this.gateway.isOutOfSpace();
	}

	public void endOutOfSpace() {
		this.gateway.endOutOfSpace();
	}

	public long grantLease(Duration ttl) {
		return this.gateway.grantLease(ttl);
	}

	/** The lease that a key goes with. */
	public long leaseOf(String key) {
		return this.gateway.leaseOf(key);
	}

	public void revokeLease(long lease) {
		this.gateway.revokeLease(lease);
	}

	public List<Long> leases() {
		return this.gateway.leases();
	}

	/**
	 * Switch on authentication, with the user {@code root} and one more who may do
	 * everything below the prefix. From now on this object speaks as root.
	 */
	public void enableAuth(String rootPassword, String user, String password, String prefix) {
		this.gateway.enableAuth(rootPassword, user, password, prefix);
	}

	/** One more user who may do everything below the prefix. */
	public void addUser(String user, String password, String prefix) {
		this.gateway.addUser(user, password, prefix);
	}

	/** Let the user read what is below the prefix. */
	public void allowToRead(String user, String prefix) {
		this.gateway.permit(user, "READ", prefix);
	}

	/** Take back what the user may do below a prefix. */
	public void forbid(String user, String prefix) {
		this.gateway.forbid(user, prefix);
	}

	/** Speak as this user from now on: a restart of etcd forgets all tokens. */
	public void authenticate(String user, String password) {
		this.gateway.authenticate(user, password);
	}

	public void disableAuth() {
		this.gateway.disableAuth();
	}

	/** Every metric by its name and labels as etcd prints them. */
	public Map<String, Double> metrics() {
		return this.gateway.metrics();
	}

	/**
	 * How often a gRPC method such as {@code Txn}, {@code Range}, {@code Put},
	 * {@code LeaseKeepAlive} or {@code Watch} was called since the start of the process.
	 * Calls through this object count too; {@link #metrics()} and this are none.
	 */
	public long calls(String method) {
		return sum("grpc_server_started_total", method);
	}

	/** How many calls of the gRPC method have begun and not ended. */
	public long openStreams(String method) {
		Map<String, Double> metrics = metrics();
		return sum(metrics, "grpc_server_started_total", method) - sum(metrics, "grpc_server_handled_total", method);
	}

	/** How many watches etcd serves. */
	public long watchers() {
		return metrics().getOrDefault("etcd_debugging_mvcc_watcher_total", 0.0).longValue();
	}

	/** The version of etcd, such as {@code 3.4.23}. */
	public String version() {
		return this.gateway.status().version();
	}

	/** Whether it answers, and can write. */
	public boolean isHealthy() {
		return this.gateway.isHealthy();
	}

	/** Whether it answers, and takes itself for the leader of its cluster. */
	public boolean isLeader() {
		return this.gateway.status().isLeader();
	}

	EtcdGateway.Status status() {
		return this.gateway.status();
	}

	EtcdGateway gateway() {
		return this.gateway;
	}

	/** The URL at which the other members of the cluster reach it. */
	String peerUrl() {
		return owned("reached by its peers").peerUrl();
	}

	/** Start with no data as a new member of a cluster that has accepted one. */
	void beginAnew() {
		owned("started").beginAnew();
	}

	/** Where it keeps all it has. */
	public Path directory() {
		return owned("looked into").directory;
	}

	public long pid() {
		return owned("asked").running().pid();
	}

	@Override
	public void close() {
		if (this.server != null) {
			this.server.close();
		}
	}

	@Override
	public String toString() {
		return "etcd at " + this.endpoint;
	}

	private long sum(String metric, String method) {
		return sum(metrics(), metric, method);
	}

	private static long sum(Map<String, Double> metrics, String metric, String method) {
		// 'Watch' exists in etcd's own API and in that of gRPC's health
		return metrics.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().startsWith(metric + "{"))
			.filter((entry) -> entry.getKey().contains("grpc_method=\"" + method + "\""))
			.filter((entry) -> entry.getKey().contains("grpc_service=\"etcdserverpb."))
			.mapToLong((entry) -> entry.getValue().longValue())
			.sum();
	}

	private Server owned(String what) {
		if (this.server == null) {
			throw new IllegalStateException("The etcd at " + this.endpoint + " comes from ETCD_TEST_ENDPOINTS and "
					+ "cannot be " + what + ". A test that does this launches its own etcd.");
		}
		return this.server;
	}

	/** The process behind it, its directory and its ports. */
	static final class Server {

		private static final Duration END_LIMIT = Duration.ofSeconds(30);

		private final EtcdRunner runner;

		private final String name;

		private final Host host;

		private final int clientPort;

		private final int peerPort;

		private final String id = "cluster-controller-test-" + UUID.randomUUID();

		private final Path directory;

		/** 0 without TLS. */
		private int tlsPort;

		private List<String> arguments = List.of();

		private volatile @Nullable Process process;

		private volatile boolean frozen;

		Server(EtcdRunner runner, String name, int clientPort, int peerPort) {
			this(runner, name, Host.LOOPBACK, clientPort, peerPort);
		}

		Server(EtcdRunner runner, String name, Host host, int clientPort, int peerPort) {
			this.runner = runner;
			this.name = name;
			this.host = host;
			this.clientPort = clientPort;
			this.peerPort = peerPort;
			try {
				this.directory = Files.createTempDirectory(host.folder(), "etcd-" + name + "-");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		String name() {
			return this.name;
		}

		String clientUrl() {
			return "http://" + this.host.address() + ":" + this.clientPort;
		}

		String peerUrl() {
			return "http://" + this.host.address() + ":" + this.peerPort;
		}

		void arguments(String initialCluster, String... further) {
			List<String> arguments = new ArrayList<>(List.of("--name", this.name, "--data-dir",
					this.directory.resolve("data").toString(), "--listen-client-urls",
					clientUrl() + ((this.tlsPort != 0) ? ",https://127.0.0.1:" + this.tlsPort : ""),
					"--advertise-client-urls", clientUrl(), "--listen-peer-urls", peerUrl(),
					"--initial-advertise-peer-urls", peerUrl(), "--initial-cluster", initialCluster,
					"--initial-cluster-token", initialCluster.replaceAll("[^0-9]+", "-")));
			arguments.addAll(Arrays.asList(further));
			this.arguments = List.copyOf(arguments);
		}

		void begin() {
			Assert.state(!isRunning(), () -> "The etcd at " + clientUrl() + " is running");
			ProcessBuilder builder = new ProcessBuilder(
					this.host.command(this.runner.command(this.id, this.directory, this.arguments)));
			// etcd takes every flag from the environment, too
			builder.environment().keySet().removeIf((variable) -> variable.startsWith("ETCD_"));
			builder.environment().put("ETCD_UNSUPPORTED_ARCH", "arm64");
			builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
			this.frozen = false;
			this.process = ChildProcesses.start(builder);
		}

		void beginAnew() {
			try {
				FileSystemUtils.deleteRecursively(this.directory.resolve("data"));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			List<String> arguments = new ArrayList<>(this.arguments);
			arguments.removeAll(List.of("--initial-cluster-state", "existing"));
			arguments.addAll(List.of("--initial-cluster-state", "existing"));
			this.arguments = List.copyOf(arguments);
			begin();
		}

		boolean isRunning() {
			Process process = this.process;
			return process != null && process.isAlive();
		}

		void freeze() {
			this.runner.freeze(this.id, running());
			this.frozen = true;
		}

		void thaw() {
			this.runner.thaw(this.id, running());
			this.frozen = false;
		}

		void kill() {
			Process process = running();
			this.runner.kill(this.id, process);
			ChildProcesses.awaitExit(process, END_LIMIT);
			this.frozen = false;
		}

		void stop(Duration limit) {
			Process process = running();
			this.runner.terminate(this.id, process);
			ChildProcesses.awaitExit(process, limit);
		}

		void close() {
			if (isRunning()) {
				kill();
			}
			try {
				FileSystemUtils.deleteRecursively(this.directory);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		String output() {
			try {
				return Files.exists(log()) ? Files.readString(log()) : "";
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		IllegalStateException failure() {
			String output = output();
			String message = "etcd at " + clientUrl() + " has ended at its start. It says:\n" + output;
			return output.contains("address already in use") ? new PortTakenException(message)
					: new IllegalStateException(message);
		}

		private Path log() {
			return this.directory.resolve("etcd.log");
		}

		private Process running() {
			Process process = this.process;
			Assert.state(process != null && process.isAlive(), () -> "The etcd at " + clientUrl() + " is not running");
			return process;
		}

	}

	/** Somebody was faster in taking one of the ports. */
	static final class PortTakenException extends IllegalStateException {

		private static final long serialVersionUID = 1L;

		PortTakenException(String message) {
			super(message);
		}

	}

}
