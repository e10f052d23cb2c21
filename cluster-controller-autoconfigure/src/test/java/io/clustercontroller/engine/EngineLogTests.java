package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.clustercontroller.ClusterTimings;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.engine.Decision.RoleChange;
import io.clustercontroller.event.RoleChangeCause;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * The log says how each mastership has begun, once, and why one's own has ended.
 */
@ExtendWith(OutputCaptureExtension.class)
class EngineLogTests {

	private static final Member SELF = new Member("self", "self", "test", "web", Role.MASTER, MemberState.ACTIVE,
			List.of(), 100, Instant.EPOCH, Map.of());

	private final Coordinator coordinator = mock(Coordinator.class);

	private final EngineLog log = new EngineLog(SELF, this.coordinator);

	@BeforeEach
	void describe() {
		given(this.coordinator.description()).willReturn("etcd at nowhere");
	}

	@Test
	void deadlineBeforeTheFirstFailureIsSilence(CapturedOutput output) {
		sessionLost(true);
		assertThat(output).contains("(SESSION_LOST): etcd at nowhere does not answer");
	}

	@Test
	void deadlineAfterAFailureIsThatFailure(CapturedOutput output) {
		this.log.doubted(new CoordinationException("no way", null), Standing.initial(SELF), 0);
		sessionLost(true);
		assertThat(output).contains("(SESSION_LOST): no way");
	}

	@Test
	void lossOfTheKeyIsTheWorkOfSomebodyElse(CapturedOutput output) {
		this.log.doubted(new CoordinationException("no way", null), Standing.initial(SELF), 0);
		sessionLost(false);
		assertThat(output).contains("(SESSION_LOST): another one has taken it");
	}

	@Test
	void eachMasterIsToldOfOnce(CapturedOutput output) {
		this.log.sawMaster(null, Duration.ZERO);
		this.log.sawMaster(new Mastership("other", 8, false, false), Duration.ofMillis(53));
		this.log.sawMaster(null, Duration.ZERO);
		// the same one is back in sight
		this.log.sawMaster(new Mastership("other", 8, false, false), Duration.ZERO);
		this.log.becameMaster(new RoleChange(Role.MASTER, 9, RoleChangeCause.HANDED_OVER), Duration.ZERO);
		this.log.sawMaster(new Mastership("self", 9, true, true), Duration.ZERO);
		this.log.sawMaster(new Mastership("third", 10, false, true), Duration.ZERO);
		assertThat(lines(output)).satisfiesExactly(
				(line) -> assertThat(line).endsWith(
						"'other' became master of service 'web' with token 8 (PROMOTED); no master was seen for 53 ms"),
				(line) -> assertThat(line).endsWith(
						"'self' became master of service 'web' with token 9 (HANDED_OVER); no master was seen for 0 ms"),
				(line) -> assertThat(line).endsWith(
						"'third' became master of service 'web' with token 10 (HANDED_OVER); no master was seen for 0 ms"));
	}

	@Test
	void masterThatWasThereAtTheStartIsToldOfWithTheFirstRole(CapturedOutput output) {
		Mastership mastership = new Mastership("other", 8, false, false);
		this.log.becameSlave(new RoleChange(Role.SLAVE, 8, RoleChangeCause.STARTED), mastership, false);
		this.log.sawMaster(mastership, Duration.ZERO);
		assertThat(lines(output)).singleElement()
			.asString()
			.endsWith("Became slave of service 'web'; the master is 'other' with token 8");
	}

	@Test
	void startIsSummedUpInOneLine(CapturedOutput output) {
		this.log.starts(new ClusterTimings(Duration.ofSeconds(10), Duration.ofMillis(3333), Duration.ofSeconds(9)));
		assertThat(lines(output)).singleElement()
			.asString()
			.endsWith("Instance 'self' of service 'web' in 'test' with priority 100: etcd at nowhere, TTL 10000 ms, "
					+ "step-down margin 3333 ms; a failover takes 11500 ms at most, a hand-over 11000 ms");
	}

	private void sessionLost(boolean unconfirmed) {
		this.log.becameSlave(new RoleChange(Role.SLAVE, 7, RoleChangeCause.SESSION_LOST), null, unconfirmed);
	}

	/** Those of this service; what earlier tests have begun may go on talking. */
	private static List<String> lines(CapturedOutput output) {
		return output.toString().lines().filter((line) -> line.contains("service 'web'")).toList();
	}

}
