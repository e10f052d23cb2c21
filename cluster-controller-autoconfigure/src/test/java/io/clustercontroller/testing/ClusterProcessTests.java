package io.clustercontroller.testing;

import java.time.Duration;
import java.util.List;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MembersAddedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ClusterProcess}.
 */
@ExtendWith(EtcdExtension.class)
class ClusterProcessTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	@Test
	void clockIsSharedByAllProcesses(EtcdProcess etcd) {
		long before = System.nanoTime();
		try (ClusterProcess process = start(etcd)) {
			Fact event = process.awaitEvent(BecameMasterEvent.class, LIMIT);
			assertThat(event.at()).isBetween(before, System.nanoTime());
			assertThat(process.startedAt()).isBetween(before, event.at());
			assertThat(process.awaitMaster(event.at(), LIMIT).at()).isBetween(event.at(), System.nanoTime());
		}
	}

	@Test
	void obeysAndAnswers(EtcdProcess etcd) {
		String environment = etcd.newEnvironment();
		try (ClusterProcess one = start(etcd, environment)) {
			one.awaitEvent(BecameMasterEvent.class, LIMIT);
			assertThat(one.self()).isEqualTo(one.instanceId() + " MASTER ACTIVE");
			assertThatIllegalStateException().isThrownBy(one::stepDown).withMessageContaining("OperationRefused");
			try (ClusterProcess another = start(etcd, environment)) {
				one.awaitEvent(MembersAddedEvent.class, LIMIT);
				one.handOver(another.instanceId());
				assertThat(another.awaitEvent(BecameMasterEvent.class, LIMIT).cause()).isEqualTo("HANDED_OVER");
				another.stepDown();
				assertThat(another.awaitEvent(BecameSlaveEvent.class, (event) -> event.cause().equals("STEPPED_DOWN"),
						LIMIT))
					.isNotNull();
				one.awaitMaster(another.events(BecameSlaveEvent.class).get(1).at(), LIMIT);
				Timelines.assertNeverTwoMasters(List.of(one, another));
			}
			assertThat(one.resources().threads()).isPositive();
			one.closeContext();
			assertThat(one.waitFor(LIMIT)).isZero();
			assertThat(one.timeline()).extracting(Fact::kind).contains(Fact.Kind.CLOSING, Fact.Kind.CLOSED);
			assertThat(one.isMaster()).isFalse();
		}
	}

	@Test
	void noticesThatItWasFrozen(EtcdProcess etcd) {
		try (ClusterProcess process = start(etcd)) {
			process.awaitEvent(BecameMasterEvent.class, LIMIT);
			process.awaitMaster(System.nanoTime(), LIMIT);
			process.freeze();
			long frozen = System.nanoTime();
			assertThat(process.samples()).allMatch((sample) -> sample.at() < frozen);
			Waits.letPass(Duration.ofSeconds(1));
			assertThat(process.samples()).allMatch((sample) -> sample.at() < frozen);
			process.thaw();
			Fact woke = process.awaitWoke(frozen, LIMIT);
			assertThat(Long.parseLong(woke.detail("pausedMillis"))).isGreaterThanOrEqualTo(1000);
			assertThat(woke.detail("master")).isEqualTo("true");
		}
	}

	@Test
	void whatWasWrittenSurvivesAKill(EtcdProcess etcd) {
		try (ClusterProcess process = start(etcd)) {
			Fact event = process.awaitEvent(BecameMasterEvent.class, LIMIT);
			process.kill();
			assertThat(process.isAlive()).isFalse();
			assertThat(process.waitFor(LIMIT)).isEqualTo(128 + 9);
			assertThat(process.events()).contains(event);
			assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> process.awaitEvent(BecameSlaveEvent.class, LIMIT))
				.withMessageContainingAll("has ended", "BecameMasterEvent");
		}
	}

	@Test
	void failedStartIsSeenByItsExitCodeAndOutput(EtcdProcess etcd) {
		try (ClusterProcess process = ClusterProcess.builder().service("a/b").etcd(etcd.endpoint()).start()) {
			assertThat(process.waitFor(LIMIT)).isOne();
			assertThat(process.output()).contains("APPLICATION FAILED TO START", "a/b");
		}
	}

	private static ClusterProcess start(EtcdProcess etcd) {
		return start(etcd, etcd.newEnvironment());
	}

	private static ClusterProcess start(EtcdProcess etcd, String environment) {
		return ClusterProcess.builder()
			.environment(environment)
			.etcd(etcd.endpoint())
			.ttl(Duration.ofSeconds(10))
			.start();
	}

}
