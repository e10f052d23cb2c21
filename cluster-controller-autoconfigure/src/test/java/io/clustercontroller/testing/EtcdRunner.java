package io.clustercontroller.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * How an etcd is run on this machine: as a program, or as a container.
 */
interface EtcdRunner {

	/** The command that runs etcd in the foreground with the given arguments. */
	List<String> command(String name, Path directory, List<String> arguments);

	void freeze(String name, Process process);

	void thaw(String name, Process process);

	void terminate(String name, Process process);

	void kill(String name, Process process);

	/**
	 * The program named by {@code ETCD_BINARY}, else {@code etcd} on the PATH, else a
	 * container.
	 * @throws IllegalStateException if there is none of them; says what to install
	 */
	static EtcdRunner find() {
		return find(System.getenv("ETCD_BINARY"), System.getenv("PATH"));
	}

	static EtcdRunner find(@Nullable String binary, @Nullable String path) {
		if (binary != null && !binary.isBlank()) {
			if (!Files.isExecutable(Path.of(binary))) {
				throw new IllegalStateException("ETCD_BINARY is '" + binary
						+ "', which is not a program. Let it name an etcd, or unset it to use the one on the PATH.");
			}
			return new Binary(binary);
		}
		return executables("etcd", path).findFirst()
			.<EtcdRunner>map((etcd) -> new Binary(etcd.toString()))
			.or(() -> executables("docker", path).filter(EtcdRunner::engineAnswers)
				.findFirst()
				.map((docker) -> new Docker(docker.toString())))
			.orElseThrow(() -> new IllegalStateException("These tests need a real etcd, and there is none. "
					+ "Install one ('apt-get install etcd-server' on Debian and Ubuntu, 'brew install etcd' on macOS, "
					+ "or a release from https://github.com/etcd-io/etcd/releases) so that 'etcd' is on the PATH, "
					+ "or let ETCD_BINARY name it, or start a Docker engine."));
	}

	private static Stream<Path> executables(String program, @Nullable String path) {
		return Arrays.stream(((path != null) ? path : "").split(":"))
			.filter((directory) -> !directory.isBlank())
			.map((directory) -> Path.of(directory, program))
			.filter((file) -> Files.isRegularFile(file) && Files.isExecutable(file));
	}

	private static boolean engineAnswers(Path docker) {
		try {
			ChildProcesses.run(List.of(docker.toString(), "version", "--format", "{{.Server.Version}}"));
			return true;
		}
		catch (IllegalStateException | UncheckedIOException ex) {
			return false;
		}
	}

	/** An etcd program on this machine. */
	record Binary(String program) implements EtcdRunner {

		@Override
		public List<String> command(String name, Path directory, List<String> arguments) {
			List<String> command = new ArrayList<>(List.of(this.program));
			command.addAll(arguments);
			return command;
		}

		@Override
		public void freeze(String name, Process process) {
			ChildProcesses.freeze(process);
		}

		@Override
		public void thaw(String name, Process process) {
			ChildProcesses.thaw(process);
		}

		@Override
		public void terminate(String name, Process process) {
			process.destroy();
		}

		@Override
		public void kill(String name, Process process) {
			process.destroyForcibly();
		}

	}

	/**
	 * An etcd in a container on the network of the host, so that it has the same ports
	 * and directory as a program would. A test JVM that is killed leaves it behind; all
	 * names begin with {@code cluster-controller-test-}.
	 */
	record Docker(String program) implements EtcdRunner {

		private static final String IMAGE = "quay.io/coreos/etcd:v3.5.21";

		@Override
		public List<String> command(String name, Path directory, List<String> arguments) {
			String image = System.getenv().getOrDefault("ETCD_TEST_IMAGE", IMAGE);
			List<String> command = new ArrayList<>(
					List.of(this.program, "run", "--rm", "--name", name, "--network", "host", "--user",
							owner(directory), "--volume", directory + ":" + directory, "--entrypoint", "etcd", image));
			command.addAll(arguments);
			return command;
		}

		@Override
		public void freeze(String name, Process process) {
			ChildProcesses.run(List.of(this.program, "pause", name));
		}

		@Override
		public void thaw(String name, Process process) {
			ChildProcesses.run(List.of(this.program, "unpause", name));
		}

		@Override
		public void terminate(String name, Process process) {
			ChildProcesses.run(List.of(this.program, "kill", "--signal", "TERM", name));
		}

		@Override
		public void kill(String name, Process process) {
			ChildProcesses.run(List.of(this.program, "rm", "--force", name));
			ChildProcesses.awaitExit(process, Duration.ofSeconds(20));
		}

		private static String owner(Path directory) {
			try {
				return Files.getAttribute(directory, "unix:uid") + ":" + Files.getAttribute(directory, "unix:gid");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
