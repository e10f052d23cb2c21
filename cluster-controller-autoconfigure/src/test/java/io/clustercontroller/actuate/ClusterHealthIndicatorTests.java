package io.clustercontroller.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterTimings;
import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Pause;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MasterChangedEvent;
import io.clustercontroller.event.RoleChangeCause;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ClusterHealthIndicator}, {@link MasterVacancy} and
 * {@link EngineHealthIndicator}: what is told of which situation.
 */
class ClusterHealthIndicatorTests {

	private static final Member MASTER = new Member("a-1", "a", "test", "web", Role.MASTER, MemberState.ACTIVE,
			List.of(), 100, Instant.EPOCH, Map.of());

	private final ClusterController cluster = mock(ClusterController.class);

	private final TurnedTime time = new TurnedTime();

	private final MasterVacancy vacancy = new MasterVacancy(this.cluster, this.time);

	private final ClusterHealthIndicator indicator = new ClusterHealthIndicator(this.cluster, this.vacancy,
			Duration.ofSeconds(30));

	@BeforeEach
	void healthySlave() {
		given(this.cluster.state()).willReturn(MemberState.ACTIVE);
		given(this.cluster.sessionRemaining()).willReturn(Duration.ofSeconds(6));
		given(this.cluster.master()).willReturn(Optional.of(MASTER));
	}

	@Test
	void slaveIsUp() {
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsExactlyInAnyOrderEntriesOf(Map.of("role", Role.SLAVE, "state",
				MemberState.ACTIVE, "master", "a-1", "sessionRemaining", Duration.ofSeconds(6)));
	}

	@Test
	void masterIsUp() {
		given(this.cluster.isMaster()).willReturn(true);
		assertThat(this.indicator.health().getStatus()).isEqualTo(Status.UP);
		assertThat(this.indicator.health().getDetails()).containsEntry("role", Role.MASTER);
	}

	@Test
	void lostSessionIsOutOfService() {
		given(this.cluster.sessionRemaining()).willReturn(Duration.ZERO);
		assertOutOfService("The session is lost, and tried for again");
	}

	@Test
	void instanceThatHasNotJoinedIsOutOfService() {
		given(this.cluster.sessionRemaining()).willReturn(Duration.ZERO);
		given(this.cluster.state()).willReturn(MemberState.STARTED);
		assertOutOfService("This instance has not joined its service yet");
	}

	@Test
	void instanceThatHasLeftIsOutOfService() {
		given(this.cluster.state()).willReturn(MemberState.TERMINATED);
		assertOutOfService("This instance has left its service");
	}

	@Test
	void serviceMayBeWithoutMasterForTheLimit() {
		loseMaster();
		this.time.advance(Duration.ofMillis(29_999));
		assertThat(this.indicator.health().getStatus()).isEqualTo(Status.UP);
		assertThat(this.indicator.health().getDetails()).containsEntry("withoutMaster", Duration.ofMillis(29_999));
		this.time.advance(Duration.ofMillis(1));
		assertOutOfService("There has been no master for 30 s");
	}

	@Test
	void pauseIsNoExcuseButIsTold() {
		given(this.cluster.pause())
			.willReturn(Optional.of(new Pause("upgrade", "a", Instant.EPOCH, Instant.EPOCH.plusSeconds(60))));
		loseMaster();
		this.time.advance(Duration.ofSeconds(31));
		assertOutOfService("There has been no master for 31 s");
		assertThat(this.indicator.health().getDetails()).containsEntry("pause",
				"upgrade, by a, until 1970-01-01T00:01:00Z");
	}

	@Test
	void vacancyCountsFromTheFirstRoleWhereThereWasNoMasterThen() {
		given(this.cluster.master()).willReturn(Optional.empty());
		this.time.advance(Duration.ofMinutes(5));
		assertThat(this.vacancy.lasting()).isZero();
		this.vacancy.heard(new BecameSlaveEvent(0, RoleChangeCause.STARTED, Instant.EPOCH));
		this.time.advance(Duration.ofSeconds(3));
		assertThat(this.vacancy.lasting()).isEqualTo(Duration.ofSeconds(3));
	}

	@Test
	void vacancyIsOverWhenThereIsAMasterEvenIfTheEventIsLate() {
		loseMaster();
		this.time.advance(Duration.ofSeconds(3));
		given(this.cluster.master()).willReturn(Optional.of(MASTER));
		assertThat(this.vacancy.lasting()).isZero();
	}

	@Test
	void vacancyCountsFromItsBeginEachTime() {
		loseMaster();
		this.time.advance(Duration.ofSeconds(2));
		loseMaster();
		this.time.advance(Duration.ofSeconds(1));
		assertThat(this.vacancy.lasting()).isEqualTo(Duration.ofSeconds(3));
		this.vacancy.heard(new MasterChangedEvent(Optional.of(MASTER), 7, Duration.ofSeconds(3)));
		loseMaster();
		this.time.advance(Duration.ofSeconds(1));
		assertThat(this.vacancy.lasting()).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void engineThatIsSilentForTooLongIsDown() {
		assertThat(engine(Duration.ofSeconds(5), Duration.ofMillis(9_999))).isEqualTo(Status.UP);
		assertThat(engine(Duration.ofSeconds(5), Duration.ofSeconds(10))).isEqualTo(Status.DOWN);
		assertThat(engine(Duration.ofSeconds(20), Duration.ofSeconds(19))).isEqualTo(Status.UP);
		assertThat(engine(Duration.ofSeconds(20), Duration.ofSeconds(20))).isEqualTo(Status.DOWN);
	}

	@Test
	void limitIsThreeTimesTheTtlUnlessItIsGiven() {
		ClusterTimings timings = new ClusterTimings(Duration.ofSeconds(10), Duration.ofSeconds(3),
				Duration.ofSeconds(9));
		assertThat(new ClusterHealthProperties(null).withoutMasterLimit(timings)).isEqualTo(Duration.ofSeconds(30));
		assertThat(new ClusterHealthProperties(Duration.ofSeconds(5)).withoutMasterLimit(timings))
			.isEqualTo(Duration.ofSeconds(5));
		assertThatExceptionOfType(InvalidPropertyException.class)
			.isThrownBy(() -> new ClusterHealthProperties(Duration.ZERO))
			.satisfies((failure) -> assertThat(failure.getProperty())
				.isEqualTo("cluster-controller.health.without-master-limit"));
	}

	private static Status engine(Duration ttl, Duration silence) {
		return new EngineHealthIndicator(() -> silence, ttl).health().getStatus();
	}

	private void loseMaster() {
		given(this.cluster.master()).willReturn(Optional.empty());
		this.vacancy.heard(new MasterChangedEvent(Optional.empty(), 0, Duration.ZERO));
	}

	private void assertOutOfService(String reason) {
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(health.getDetails()).containsEntry("reason", reason);
	}

	private static final class TurnedTime implements TimeSource {

		private long nanos;

		void advance(Duration duration) {
			this.nanos += duration.toNanos();
		}

		@Override
		public long nanoTime() {
			return this.nanos;
		}

		@Override
		public long wallMillis() {
			return 0;
		}

	}

}
