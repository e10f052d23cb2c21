package io.clustercontroller.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Coordinator;
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
 * The log says why a mastership has ended.
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

	private void sessionLost(boolean unconfirmed) {
		this.log.becameSlave(new RoleChange(Role.SLAVE, 7, RoleChangeCause.SESSION_LOST), null, unconfirmed);
	}

}
