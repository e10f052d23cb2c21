package io.clustercontroller.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.clustercontroller.Role;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.ClusterEvents;
import io.clustercontroller.event.ProcessExitedEvent;
import io.clustercontroller.event.ProcessStartedEvent;
import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.event.RoleCommandFailedEvent;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the service does, and is told, when the role changes. Two instances share a
 * directory, so a file that both append to says what came first.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServiceRoleTests {

	@TempDir
	private Path directory;

	@Test
	void serviceForTheMasterMovesWithTheMastership() {
		String command = "sh -c 'trap \"sleep 0.2; echo $$ ends >>log; exit 0\" TERM; "
				+ "echo $$ begins $CLUSTER_ROLE $CLUSTER_FENCING_TOKEN >>log; while :; do sleep 0.02; done'";
		try (ServiceInstance first = ServiceInstance.start(this.directory, command, "run-on=master");
				ServiceInstance second = ServiceInstance.start(this.directory, command, "run-on=master")) {
			long a = first.awaitPid((pid) -> true);
			assertThat(second.service().pid()).isEmpty();
			assertThat(second.context().isActive()).isTrue();
			long tokenA = first.controller().fencingToken().orElseThrow();
			ServiceInstance.lines(log(), 1);
			first.stepDown();
			long b = second.awaitPid((pid) -> true);
			long tokenB = second.controller().fencingToken().orElseThrow();
			assertThat(first.service().pid()).isEmpty();
			assertThat(first.service().lastExit()).hasValueSatisfying((exit) -> assertThat(exit.stopped()).isTrue());
			ServiceInstance.lines(log(), 3);
			second.stepDown();
			long c = first.awaitPid((pid) -> true);
			long tokenC = first.controller().fencingToken().orElseThrow();
			assertThat(ServiceInstance.lines(log(), 5)).containsExactly(a + " begins MASTER " + tokenA, a + " ends",
					b + " begins MASTER " + tokenB, b + " ends", c + " begins MASTER " + tokenC);
			assertThat(first.context().isActive() && second.context().isActive()).isTrue();
		}
	}

	@Test
	void serviceThatWasKilledForItsRoleDoesNotDecideTheExitCodeOfALaterStop() {
		String command = "sh -c 'trap \"\" TERM; echo >ready; while :; do sleep 0.02; done'";
		try (ServiceInstance first = ServiceInstance.start(this.directory, command, "run-on=master",
				"stop-timeout=100ms");
				ServiceInstance second = ServiceInstance.start(this.directory, ServiceInstance.IDLE)) {
			ServiceInstance.read(this.directory.resolve("ready"));
			first.stepDown();
			assertThat(first.service().lastExit()).hasValueSatisfying((exit) -> {
				assertThat(exit.exitCode()).isEqualTo(137);
				assertThat(exit.stopped()).isTrue();
			});
			Supervisor supervisor = first.context().getBean(ServiceLifecycle.class).supervisor();
			assertThat(supervisor.stop(ServiceInstance.LIMIT)).succeedsWithin(ServiceInstance.LIMIT).isEqualTo(0);
			assertThat(second.context().isActive()).isTrue();
		}
	}

	@Test
	void serviceForTheSlavesLeavesWhoeverIsPromoted() {
		try (ServiceInstance first = ServiceInstance.start(this.directory, ServiceInstance.IDLE, "run-on=slave");
				ServiceInstance second = ServiceInstance.start(this.directory, ServiceInstance.IDLE, "run-on=slave")) {
			assertThat(first.service().pid()).isEmpty();
			assertThat(second.service().pid()).isPresent();
			first.stepDown();
			assertThat(first.awaitPid((pid) -> true)).isPositive();
			assertThat(second.await(ProcessExitedEvent.class, 1)).extracting(ProcessExitedEvent::stopped)
				.containsExactly(true);
			assertThat(second.service().pid()).isEmpty();
			assertThat(second.context().isActive()).isTrue();
		}
	}

	@Test
	void serviceGoesOnUnlessItIsToBeTold() {
		try (ServiceInstance first = ServiceInstance.start(this.directory, ServiceInstance.IDLE);
				ServiceInstance second = ServiceInstance.start(this.directory, ServiceInstance.IDLE)) {
			long pid = first.awaitPid((any) -> true);
			first.stepDown();
			second.await(BecameMasterEvent.class, 1);
			assertThat(first.service().pid()).hasValue(pid);
			assertThat(second.kinds()).doesNotContain("ProcessExitedEvent", "RoleCommandFailedEvent");
			assertThat(second.service().restarts()).isZero();
		}
	}

	@Test
	void serviceIsRestartedInItsNewRole() {
		String command = "sh -c 'echo $CLUSTER_ROLE >>log.$NAME; exec sleep 1000'";
		try (ServiceInstance first = ServiceInstance.start(this.directory, command, "on-role-change=restart",
				"environment.NAME=first");
				ServiceInstance second = ServiceInstance.start(this.directory, command, "on-role-change=restart",
						"environment.NAME=second")) {
			long before = first.awaitPid((any) -> true);
			ServiceInstance.lines(this.directory.resolve("log.second"), 1);
			first.stepDown();
			first.awaitPid((pid) -> pid != before);
			assertThat(ServiceInstance.lines(this.directory.resolve("log.first"), 2)).containsExactly("MASTER",
					"SLAVE");
			assertThat(ServiceInstance.lines(this.directory.resolve("log.second"), 2)).containsExactly("SLAVE",
					"MASTER");
			assertThat(first.service().restarts()).isOne();
			assertThat(first.kinds()).containsSubsequence("ProcessStartedEvent", "BecameSlaveEvent",
					"ProcessExitedEvent", "ProcessStartedEvent");
			assertThat(first.events(ProcessExitedEvent.class)).extracting(ProcessExitedEvent::stopped)
				.containsExactly(true);
		}
	}

	@Test
	void serviceGetsASignal() {
		String command = "sh -c 'trap \"echo told >>log.$NAME\" USR1; echo ready >>log.$NAME; "
				+ "while :; do sleep 0.02; done'";
		try (ServiceInstance first = ServiceInstance.start(this.directory, command, "on-role-change=signal",
				"role-change-signal=SIGUSR1", "environment.NAME=first");
				ServiceInstance second = ServiceInstance.start(this.directory, command, "on-role-change=signal",
						"role-change-signal=usr1", "environment.NAME=second")) {
			ServiceInstance.lines(this.directory.resolve("log.first"), 1);
			ServiceInstance.lines(this.directory.resolve("log.second"), 1);
			first.stepDown();
			assertThat(ServiceInstance.lines(this.directory.resolve("log.first"), 2)).containsExactly("ready", "told");
			assertThat(ServiceInstance.lines(this.directory.resolve("log.second"), 2)).containsExactly("ready", "told");
			assertThat(first.kinds()).doesNotContain("ProcessExitedEvent");
		}
	}

	@Test
	void commandsRunInOrderAndBeforeTheMastershipIsHandedOver() throws IOException {
		Path script = script("tell", """
				mkdir lock || echo "two at once" >>log
				echo "$NAME becomes $CLUSTER_ROLE" >>log
				sleep 0.3
				echo "$NAME is $CLUSTER_ROLE with ${CLUSTER_FENCING_TOKEN-no token}" >>log
				rmdir lock
				""");
		String[] args = { "on-role-change=command", "on-master-command=" + script, "on-slave-command=" + script };
		try (ServiceInstance first = start("first", args); ServiceInstance second = start("second", args)) {
			long pid = first.awaitPid((any) -> true);
			first.stepDown();
			ServiceInstance.lines(log(), 4);
			long tokenB = second.controller().fencingToken().orElseThrow();
			second.stepDown();
			ServiceInstance.lines(log(), 8);
			long tokenC = first.controller().fencingToken().orElseThrow();
			assertThat(ServiceInstance.lines(log(), 8)).containsExactly("first becomes SLAVE",
					"first is SLAVE with no token", "second becomes MASTER", "second is MASTER with " + tokenB,
					"second becomes SLAVE", "second is SLAVE with no token", "first becomes MASTER",
					"first is MASTER with " + tokenC);
			assertThat(first.service().pid()).hasValue(pid);
			assertThat(first.kinds()).doesNotContain("RoleCommandFailedEvent", "ProcessExitedEvent");
		}
	}

	@Test
	void commandForALostMastershipIsEndedBeforeTheNextOne() throws IOException {
		Path onMaster = script("on-master", """
				trap 'sleep 0.3; echo "$NAME gives up" >>log; exit 1' TERM
				echo "$NAME becomes MASTER" >>log
				while :; do sleep 0.02; done
				""");
		Path onSlave = script("on-slave", "echo \"$NAME is SLAVE\" >>log\n");
		String[] args = { "on-role-change=command", "on-master-command=" + onMaster, "on-slave-command=" + onSlave };
		try (ServiceInstance first = start("first", args); ServiceInstance second = start("second", args)) {
			first.stepDown();
			ServiceInstance.lines(log(), 2);
			second.stepDown();
			assertThat(ServiceInstance.lines(log(), 5)).containsExactly("first is SLAVE", "second becomes MASTER",
					"second gives up", "second is SLAVE", "first becomes MASTER");
			assertThat(second.await(RoleCommandFailedEvent.class, 1)).singleElement().satisfies((event) -> {
				assertThat(event.role()).isEqualTo(Role.MASTER);
				assertThat(event.reason()).contains("was ended");
			});
			// one that runs when the instance stops, too
			first.close();
			assertThat(ServiceInstance.lines(log(), 7).subList(5, 7)).containsExactly("first gives up",
					"second becomes MASTER");
		}
	}

	@Test
	void rolesThatChangeFasterThanTheServiceIsToldEndInTheLastOne() throws IOException {
		Path script = script("tell", """
				echo "$CLUSTER_ROLE $CLUSTER_FENCING_TOKEN" >>log
				until [ -e go ]; do sleep 0.02; done
				""");
		try (ServiceInstance instance = start("one", "on-role-change=command", "on-master-command=" + script,
				"on-slave-command=" + script)) {
			instance.awaitPid((any) -> true);
			ClusterEvents events = instance.context().getBean(ClusterEvents.class);
			Instant now = Instant.now();
			events.publish(new BecameSlaveEvent(1, RoleChangeCause.SESSION_LOST, now));
			ServiceInstance.lines(log(), 1);
			events.publish(new BecameMasterEvent(2, RoleChangeCause.PROMOTED, now));
			events.publish(new BecameSlaveEvent(2, RoleChangeCause.SESSION_LOST, now));
			events.publish(new BecameMasterEvent(3, RoleChangeCause.PROMOTED, now));
			instance.await(BecameMasterEvent.class, 3);
			touch("go");
			Awaitility.await("the last role")
				.atMost(ServiceInstance.LIMIT)
				.until(() -> ServiceInstance.lines(log(), 1).contains("MASTER 3"));
			// nothing comes after it
			Waits.letPass(Duration.ofMillis(300));
			assertThat(ServiceInstance.lines(log(), 2)).endsWith("MASTER 3");
		}
	}

	@Test
	void failingMissingAndHangingCommandsAreToldAndTheServiceGoesOn(CapturedOutput output) throws IOException {
		Path missing = script("missing", "exit 0\n");
		try (ServiceInstance first = start("first", "on-role-change=command", "on-slave-command=sh -c 'exit 3'",
				"on-master-command=" + missing);
				ServiceInstance second = start("second", "on-role-change=command", "role-command-timeout=200ms",
						"on-master-command=sleep 1000")) {
			List<Long> pids = List.of(first.awaitPid((any) -> true), second.awaitPid((any) -> true));
			Files.delete(missing);
			first.stepDown();
			second.await(RoleCommandFailedEvent.class, 1);
			second.stepDown();
			List<RoleCommandFailedEvent> ofFirst = first.await(RoleCommandFailedEvent.class, 2);
			assertThat(ofFirst).extracting(RoleCommandFailedEvent::role).containsExactly(Role.SLAVE, Role.MASTER);
			assertThat(ofFirst.get(0).reason()).isEqualTo("its command has ended with exit code 3");
			assertThat(ofFirst.get(1).reason()).isEqualTo("the program '" + missing + "' does not exist");
			assertThat(ofFirst.get(1).fencingToken()).isEqualTo(first.controller().fencingToken().orElseThrow());
			assertThat(second.events(RoleCommandFailedEvent.class)).singleElement().satisfies((event) -> {
				assertThat(event.role()).isEqualTo(Role.MASTER);
				assertThat(event.reason()).contains("took longer than").contains("was ended");
			});
			assertThat(output)
				.contains("The service may not know that it is SLAVE now: its command has ended with " + "exit code 3")
				.contains("The service may not know that it is MASTER now: the program '");
			assertThat(List.of(first.service().pid().orElse(0), second.service().pid().orElse(0))).isEqualTo(pids);
		}
	}

	@Test
	void serviceThatIsNotForThisRoleIsNotRestarted() {
		// ends as soon as it is allowed to
		String command = "sh -c 'until [ -e end ]; do sleep 0.02; done; rm end; exit 3'";
		try (ServiceInstance first = ServiceInstance.start(this.directory, command, "run-on=master",
				"restart.policy=always", "restart.delay=1h", "restart.max-delay=1h");
				ServiceInstance second = ServiceInstance.start(this.directory, ServiceInstance.IDLE, "run-on=master")) {
			first.awaitPid((any) -> true);
			touch("end");
			first.await(ProcessExitedEvent.class, 1);
			first.stepDown();
			second.awaitPid((any) -> true);
			second.stepDown();
			second.await(ProcessExitedEvent.class, 1);
			Awaitility.await().atMost(ServiceInstance.LIMIT).until(() -> first.controller().isMaster());
			// the pause before the restart is not over
			assertThat(first.events(ProcessStartedEvent.class)).hasSize(1);
			assertThat(first.context().isActive()).isTrue();
		}
	}

	private ServiceInstance start(String name, String... args) {
		String[] all = new String[args.length + 1];
		System.arraycopy(args, 0, all, 0, args.length);
		all[args.length] = "environment.NAME=" + name;
		return ServiceInstance.start(this.directory, ServiceInstance.IDLE, all);
	}

	private Path log() {
		return this.directory.resolve("log");
	}

	private void touch(String name) {
		try {
			Files.createFile(this.directory.resolve(name));
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private Path script(String name, String text) throws IOException {
		Path file = this.directory.resolve(name);
		Files.writeString(file, "#!/bin/sh\n" + text);
		return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

}
