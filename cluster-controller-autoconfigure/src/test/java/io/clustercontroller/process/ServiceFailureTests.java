package io.clustercontroller.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

import io.clustercontroller.testing.ClusterProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a user sees whose service cannot be supervised as configured.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServiceFailureTests {

	private static final String PREFIX = "cluster-controller.process.";

	@TempDir
	private Path directory;

	static Stream<Arguments> wrongValues() {
		return Stream.of(
				Arguments.of("working-directory=/no/such",
						new String[] { "'" + PREFIX + "working-directory'", "'/no/such'", "there is no such directory",
								"Create it" }),
				Arguments.of("suppress-log-regexp=a(b",
						new String[] { "'" + PREFIX + "suppress-log-regexp'", "'a(b'", "Unclosed group",
								"SUPPRESS_LOG_REGEXP" }),
				Arguments.of("stop-signal=TREM",
						new String[] { "'" + PREFIX + "stop-signal'", "'TREM'", "there is no signal", "such as TERM" }),
				Arguments.of("role-change-signal=99",
						new String[] { "'" + PREFIX + "role-change-signal'", "'99'", "there is no signal",
								"such as TERM" }),
				Arguments.of("on-role-change=command",
						new String[] { "'" + PREFIX + "on-role-change'", "'command'", "there is no command to run",
								"'" + PREFIX + "on-master-command'" }),
				Arguments.of("on-slave-command=true",
						new String[] { "'" + PREFIX + "on-role-change'", "'none'", "would never run", "to 'command'" }),
				Arguments.of("on-role-change=command on-slave-command=no-such-program",
						new String[] { "'" + PREFIX + "on-slave-command'", "'no-such-program'",
								"in none of the folders of PATH", "install the program" }),
				Arguments.of("run-on=master on-role-change=restart",
						new String[] { "'" + PREFIX + "on-role-change'", "'restart'", "never sees a change",
								"'" + PREFIX + "run-on'" }),
				Arguments.of(
						"run-on=master --cluster-controller.election.when=active --cluster-controller.ports-when-active=80",
						new String[] { "'cluster-controller.election.when'", "'active'", "nobody would become master",
								"to 'joined'" }),
				Arguments.of("run-on=leader",
						new String[] { "'" + PREFIX + "run-on'", "'leader'", "'all', 'master', 'slave'" }),
				Arguments.of("restart.limit=0", new String[] { "'" + PREFIX + "restart.limit'", "'0'", "1 or more" }),
				Arguments.of("restart.max-delay=1ms",
						new String[] { "'" + PREFIX + "restart.max-delay'", "'1ms'", "below the first delay of 1s",
								"to that or more" }),
				Arguments.of("restart.delay=0s",
						new String[] { "'" + PREFIX + "restart.delay'", "'0s'", "above zero", "such as 1s" }),
				Arguments.of("stop-timeout=-1s",
						new String[] { "'" + PREFIX + "stop-timeout'", "'-1s'", "above zero", "such as 5s" }),
				Arguments.of("role-command-timeout=0s",
						new String[] { "'" + PREFIX + "role-command-timeout'", "above zero", "such as 30s" }),
				Arguments.of("output=file",
						new String[] { "'" + PREFIX + "output-file' is not set", "needs the name" }),
				Arguments.of("output=file output-file=/no/such/out.log",
						new String[] { "'" + PREFIX + "output-file'", "'/no/such/out.log'",
								"there is no folder /no/such", "Create the folder" }),
				Arguments.of("output=file output-file=/tmp",
						new String[] { "'" + PREFIX + "output-file'", "'/tmp'", "it is a folder", "another file" }));
	}

	@ParameterizedTest
	@MethodSource("wrongValues")
	void wrongValueIsExplained(String args, String[] analysis, CapturedOutput output) {
		assertFails(output, () -> ServiceInstance.start(this.directory, ServiceInstance.IDLE, args.split(" ")),
				analysis);
	}

	@Test
	void commandThatCannotBeRunIsExplained(CapturedOutput output) throws IOException {
		Path file = Files.writeString(this.directory.resolve("service.sh"), "#!/bin/sh\n");
		assertFails(output, () -> ServiceInstance.start(this.directory, file + " --password=s3cret"),
				"'" + PREFIX + "command'", "'" + file + "'", "SERVICE_COMMAND", "may not be executed", "chmod +x");
		assertFails(output, () -> ServiceInstance.start(this.directory, "/no/such --password=s3cret"),
				"'" + PREFIX + "command'", "'/no/such'", "SERVICE_COMMAND", "does not exist", "Correct the path");
		assertFails(output, () -> ServiceInstance.start(this.directory, "redis 'a b"), "'" + PREFIX + "command'",
				"'redis ...'", "SERVICE_COMMAND", "is not closed", "Quote it as for a shell");
		assertThat(output).doesNotContain("s3cret");
	}

	@Test
	void jvmOfABadStartEndsWithOne() {
		try (ClusterProcess process = ClusterProcess.builder()
			.variable("SERVICE_COMMAND", "no-such-program --password=s3cret")
			.property("cluster-controller.coordinator", "local")
			.property("cluster-controller.local.directory", this.directory.toString())
			.start()) {
			assertThat(process.waitFor(ServiceInstance.LIMIT)).as(process.output()).isOne();
			assertThat(process.output()).contains("APPLICATION FAILED TO START", "SERVICE_COMMAND", "'no-such-program'")
				.doesNotContain("\tat ")
				.doesNotContain("s3cret");
		}
	}

	@Test
	void machineThatCannotPromiseNoSurvivorsIsRefusedOnDemand() throws IOException {
		// a machine without setsid and setpriv
		for (String program : new String[] { "sh", "sleep", "env" }) {
			Files.createSymbolicLink(this.directory.resolve(program), find(program));
		}
		Map<String, Integer> exitCodes = Map.of("true", 1, "false", 6);
		exitCodes.forEach((demanded, exitCode) -> {
			try (ClusterProcess process = ClusterProcess.builder()
				.variable("PATH", this.directory.toString())
				.variable("SERVICE_COMMAND", "sh -c 'exit 6'")
				.variable("CLUSTERCONTROLLER_PROCESS_REQUIRENOSURVIVORS", demanded)
				.property("cluster-controller.coordinator", "local")
				.property("cluster-controller.local.directory", this.directory.resolve(demanded).toString())
				.start()) {
				assertThat(process.waitFor(ServiceInstance.LIMIT)).as(process.output()).isEqualTo(exitCode);
				assertThat(process.output()).contains("There is no 'setsid'").doesNotContain("\tat ");
				if (exitCode == 1) {
					assertThat(process.output()).contains(
							"'" + PREFIX + "require-no-survivors' has the value 'true', set "
									+ "by the environment variable CLUSTERCONTROLLER_PROCESS_REQUIRENOSURVIVORS",
							"this machine cannot promise it", "Install what is missing");
				}
			}
		});
	}

	private static void assertFails(CapturedOutput output, Runnable start, String... analysis) {
		int before = output.getAll().length();
		assertThatExceptionOfType(Exception.class).isThrownBy(start::run);
		assertThat(output.getAll().substring(before)).contains("APPLICATION FAILED TO START")
			.contains(analysis)
			.doesNotContain("\tat ");
		Awaitility.await("the end of all threads")
			.atMost(ServiceInstance.LIMIT)
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.isAlive() && thread.getName().startsWith("cluster-")));
	}

	private static Path find(String program) {
		return Stream.of(System.getenv("PATH").split(":"))
			.map((folder) -> Path.of(folder, program))
			.filter(Files::isExecutable)
			.findFirst()
			.orElseThrow();
	}

}
