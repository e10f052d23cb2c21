package io.clustercontroller.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.clustercontroller.ClusterOperations;
import io.clustercontroller.MemberState;
import io.clustercontroller.OperationRefusedException;
import io.clustercontroller.Pause;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.testing.FreePorts;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Those who operate a service steer its elections.
 */
@ExtendWith(OutputCaptureExtension.class)
class OperationsTests {

	/** In which nothing that is wrong would fail to happen. */
	private static final Duration A_WHILE = Duration.ofMillis(500);

	@TempDir
	private Path directory;

	private final List<Instance> instances = new ArrayList<>();

	@AfterEach
	void closeAll() {
		this.instances.forEach(Instance::close);
	}

	@Test
	void nobodyFollowsTheMasterInAPauseUntilItIsResumed(CapturedOutput output) {
		Instance one = start("--cluster-controller.container=box 1");
		Instance other = start("--cluster-controller.election.priority=50");
		one.awaitActiveMembers(2);
		Instant before = Instant.now().minusMillis(1);
		one.operations().pause("etcd: \"upgrade\"", Duration.ofHours(1));
		Pause pause = awaitPause(other, "etcd: \"upgrade\"");
		assertThat(awaitPause(one, pause.reason())).isEqualTo(pause);
		assertThat(pause.by()).isEqualTo("box 1");
		assertThat(pause.since()).isBetween(before, Instant.now());
		assertThat(pause.until()).isEqualTo(pause.since().plus(Duration.ofHours(1)));
		other.operations().pause("another one", Duration.ofHours(2));
		awaitPause(one, "another one");
		assertThat(one.controller().isMaster()).isTrue();

		one.close();
		Instance late = start();
		assertThat(late.controller().role()).isEqualTo(Role.SLAVE);
		assertThat(late.events().await(BecameSlaveEvent.class).cause()).isEqualTo(RoleChangeCause.STARTED);
		Waits.letPass(A_WHILE);
		assertThat(late.controller().master()).isEmpty();
		assertThat(other.controller().master()).isEmpty();
		assertThat(other.events().of(BecameMasterEvent.class)).isEmpty();
		assertThat(output).contains("is paused until", "by 'box 1': etcd: \"upgrade\"",
				"has no master and gets none while it is paused");

		other.operations().resume();
		late.awaitMaster();
		assertThat(Stream.of(late, other).flatMap((instance) -> instance.events().of(BecameMasterEvent.class).stream()))
			.extracting(BecameMasterEvent::cause)
			.containsExactly(RoleChangeCause.PROMOTED);
		assertThat(late.controller().pause()).isEmpty();
		other.operations().resume();
		assertThat(output).contains("The pause of service 'web' is over");
	}

	@Test
	void masterHandsOverInAPauseWhichEndsByItself() {
		Instance one = start();
		Instance other = start();
		one.awaitActiveMembers(2);
		other.awaitActiveMembers(2);
		assertPauseNeedsAReasonAndAnEnd(one.operations());
		one.operations().pause("moving", Duration.ofSeconds(3));
		awaitPause(other, "moving");
		one.operations().handOver(other.id());
		assertThat(other.events().await(BecameMasterEvent.class).cause()).isEqualTo(RoleChangeCause.HANDED_OVER);
		Instant until = awaitPause(other, "moving").until();
		other.close();
		assertThat(
				one.events().await(BecameMasterEvent.class, (event) -> event.cause() == RoleChangeCause.PROMOTED).at())
			.isAfterOrEqualTo(until);
		assertThat(one.controller().pause()).isEmpty();
	}

	@Test
	void eligibilityOfAnInstanceCanBeChanged() {
		Instance one = start();
		Instance other = start("--cluster-controller.election.eligible=false");
		one.awaitActiveMembers(2);
		assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(() -> one.operations().stepDown())
			.withMessageContaining("'%s' cannot: it has been made ineligible", other.id());
		assertThatExceptionOfType(OperationRefusedException.class)
			.isThrownBy(() -> one.operations().handOver(other.id()))
			.withMessageContaining("it has been made ineligible");
		other.operations().setEligible(true);
		awaitEligible(one, other.id(), true);
		one.operations().setEligible(false);
		awaitEligible(other, one.id(), false);
		assertThat(one.controller().isMaster()).isTrue();
		one.operations().stepDown();
		other.events().await(BecameMasterEvent.class);
		assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(() -> other.operations().stepDown())
			.withMessageContaining("'%s' cannot", one.id());
		other.close();
		Waits.letPass(A_WHILE);
		assertThat(one.controller().master()).isEmpty();
		one.operations().setEligible(true);
		one.awaitMaster(one.id());
		ClusterOperations operations = one.operations();
		one.close();
		assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(() -> operations.setEligible(true));
		assertThatIllegalStateException().isThrownBy(() -> operations.pause("too late", Duration.ofHours(1)))
			.withMessageContaining("may be changed or not: ");
	}

	@Test
	void instanceThatNeverStandsIsNotMadeEligible() {
		Instance one = start("--cluster-controller.election.priority=0");
		assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(() -> one.operations().setEligible(true))
			.withMessageContaining("priority 0");
		one.operations().setEligible(false);
	}

	@Test
	void instanceThatIsNotReadyStartsAsSlaveAndStandsWhenItIsActive() throws IOException {
		int port = FreePorts.next();
		Instance one = start("--cluster-controller.election.when=active",
				"--cluster-controller.ports-when-active=" + port);
		assertThat(one.controller().role()).isEqualTo(Role.SLAVE);
		assertThat(one.controller().self().eligible()).isFalse();
		Instance other = start("--cluster-controller.election.priority=0");
		other.awaitMember(one.id(), (member) -> !member.eligible() && member.state() == MemberState.RUNNING);
		Waits.letPass(A_WHILE);
		assertThat(other.controller().master()).isEmpty();
		try (ServerSocket service = new ServerSocket()) {
			service.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
			other.awaitMaster(one.id());
			assertThat(one.controller().state()).isEqualTo(MemberState.ACTIVE);
			assertThat(one.events().of(BecameMasterEvent.class)).extracting(BecameMasterEvent::cause)
				.containsExactly(RoleChangeCause.PROMOTED);
		}
	}

	@Test
	void masterReturnsTheMastershipToTheMemberOfHigherPriority() {
		Instance one = start("--cluster-controller.election.return-to-preferred-after=1s");
		Instance preferred = start("--cluster-controller.election.priority=101");
		BecameMasterEvent became = preferred.events().await(BecameMasterEvent.class);
		assertThat(became.cause()).isEqualTo(RoleChangeCause.HANDED_OVER);
		assertThat(one.events().await(BecameSlaveEvent.class).cause()).isEqualTo(RoleChangeCause.HANDED_OVER);
		assertThat(one.controller().isMaster()).isFalse();
	}

	@Test
	void whoHasSteppedDownIsNotMasterAgainWhenItsSuccessorDiesAtOnce() {
		Instance best = start("--cluster-controller.election.priority=300");
		Instance successor = start("--cluster-controller.election.priority=200");
		Instance third = start("--cluster-controller.election.priority=100");
		Stream.of(best, successor, third).forEach((instance) -> instance.awaitActiveMembers(3));
		best.operations().stepDown();
		successor.events().await(BecameMasterEvent.class);
		// its locks are gone, and it has asked nobody
		successor.context().getBean(Coordinator.class).close();
		assertThat(third.events().await(BecameMasterEvent.class).cause()).isEqualTo(RoleChangeCause.PROMOTED);
		best.awaitMaster(third.id());
		assertThat(best.events().of(BecameMasterEvent.class)).hasSize(1);
	}

	private Instance start(String... args) {
		Instance instance = Instance
			.start(Stream
				.concat(Stream.of("--cluster-controller.coordinator=local", "--cluster-controller.environment=test",
						"--cluster-controller.local.directory=" + this.directory), Stream.of(args))
				.toArray(String[]::new));
		this.instances.add(instance);
		return instance;
	}

	private static void assertPauseNeedsAReasonAndAnEnd(ClusterOperations operations) {
		Duration hour = Duration.ofHours(1);
		assertThatIllegalArgumentException().isThrownBy(() -> operations.pause("one line\nand another", hour))
			.withMessageContaining("control characters");
		for (String reason : new String[] { "", " ", "x".repeat(201) }) {
			assertThatIllegalArgumentException().isThrownBy(() -> operations.pause(reason, hour))
				.withMessageContaining("1 to 200 characters");
		}
		for (Duration expiry : List.of(Duration.ZERO, hour.negated(), Duration.ofDays(7).plusNanos(1))) {
			assertThatIllegalArgumentException().isThrownBy(() -> operations.pause("why", expiry))
				.withMessageContaining("after 7 days at the latest");
		}
	}

	private static Pause awaitPause(Instance instance, String reason) {
		return Awaitility.await("pause")
			.atMost(HeardEvents.LIMIT)
			.until(() -> instance.controller().pause(),
					(pause) -> pause.isPresent() && pause.get().reason().equals(reason))
			.orElseThrow();
	}

	private static void awaitEligible(Instance instance, String id, boolean eligible) {
		instance.awaitMember(id, (member) -> member.eligible() == eligible);
	}

}
