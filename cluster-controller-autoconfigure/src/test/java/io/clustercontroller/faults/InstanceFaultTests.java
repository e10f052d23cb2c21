package io.clustercontroller.faults;

import java.time.Duration;
import java.util.List;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MembersAddedEvent;
import io.clustercontroller.event.MembersRemovedEvent;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.ClusterService;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Fact;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens to a service when one of its instances ends or stands still.
 */
@ExtendWith(EtcdExtension.class)
class InstanceFaultTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	@Test
	void terminatedMasterHandsOverAndLeavesNothingBehind(EtcdProcess etcd) {
		try (ClusterService service = service(etcd, Duration.ofSeconds(10))) {
			ClusterProcess first = service.start();
			ClusterProcess second = service.start();
			first.awaitEvent(MembersAddedEvent.class, LIMIT);
			String key = service.memberKey(first.instanceId());
			long before = etcd.revision();
			first.terminate();
			Fact ended = first.awaitEvent(BecameSlaveEvent.class, LIMIT);
			Fact became = second.awaitEvent(BecameMasterEvent.class, LIMIT);
			assertThat(ended.cause()).isEqualTo("STOPPING");
			assertThat(became.cause()).isEqualTo("HANDED_OVER");
			assertThat(became.token().orElseThrow()).isGreaterThan(ended.token().orElseThrow());
			// 50 ms is the median on an idle machine; this is a bound for a busy one
			assertThat(between(ended, became)).isLessThan(Duration.ofSeconds(2));
			assertThat(first.waitFor(LIMIT)).isEqualTo(128 + 15);
			assertThat(etcd.get(key)).isEmpty();
			assertThat(etcd.keys(service.memberKey(""))).containsExactly(service.memberKey(second.instanceId()));
			for (long revision = before; revision <= etcd.revision(); revision++) {
				assertThat(etcd.get(service.masterKey(), revision)).as("master at revision %d", revision).isPresent();
			}
			service.assertNeverTwoMasters();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 5 })
	void killedMasterIsReplacedWithinItsTtlAndASecond(int ttlSeconds, EtcdProcess etcd) {
		Duration ttl = Duration.ofSeconds(ttlSeconds);
		try (ClusterService service = service(etcd, ttl)) {
			ClusterProcess first = service.start();
			ClusterProcess second = service.start();
			first.kill();
			long killed = System.nanoTime();
			Fact became = second.awaitEvent(BecameMasterEvent.class, LIMIT);
			assertThat(became.cause()).isEqualTo("PROMOTED");
			assertThat(Duration.ofNanos(became.at() - killed)).isLessThan(ttl.plusSeconds(1));
			second.awaitEvent(MembersRemovedEvent.class, LIMIT);
			service.assertNeverTwoMasters();
		}
	}

	@Test
	void masterThatWakesFromThreeTtlsIsNoMaster(EtcdProcess etcd) {
		Duration ttl = Duration.ofSeconds(2);
		try (ClusterService service = service(etcd, ttl)) {
			ClusterProcess first = service.start();
			ClusterProcess second = service.start();
			first.awaitEvent(MembersAddedEvent.class, LIMIT);
			first.freeze();
			long frozen = System.nanoTime();
			second.awaitEvent(BecameMasterEvent.class, LIMIT);
			Waits.letPass(ttl.multipliedBy(3).minusNanos(System.nanoTime() - frozen));
			first.thaw();
			Fact woke = first.awaitWoke(frozen, LIMIT);
			assertThat(woke.detail("master")).isEqualTo("false");
			Fact ended = first.awaitEvent(BecameSlaveEvent.class, LIMIT);
			assertThat(ended.cause()).isEqualTo("SESSION_LOST");
			assertThat(first.samples()).noneMatch((sample) -> sample.at() > frozen);
			// it comes back as a member, and hears of the master there is now
			Awaitility.await().atMost(LIMIT).until(() -> etcd.keys(service.memberKey("")).size() == 2);
			Waits.letPass(ttl);
			assertThat(first.events(BecameSlaveEvent.class)).hasSize(1);
			assertThat(first.events(BecameMasterEvent.class)).hasSize(1);
			assertThat(second.isMaster()).isTrue();
			service.assertNeverTwoMasters();
		}
	}

	@Test
	void frozenSlaveIsPassedOverInAHandOver(EtcdProcess etcd) {
		try (ClusterService service = service(etcd, Duration.ofSeconds(30))) {
			ClusterProcess first = service.start();
			ClusterProcess frozen = service.start();
			ClusterProcess third = service.start();
			Awaitility.await().atMost(LIMIT).until(() -> first.events(MembersAddedEvent.class).size() == 2);
			frozen.freeze();
			first.stepDown();
			Fact became = third.awaitEvent(BecameMasterEvent.class, LIMIT);
			assertThat(became.cause()).isEqualTo("HANDED_OVER");
			frozen.thaw();
			Waits.letPass(Duration.ofSeconds(1));
			assertThat(frozen.events(BecameMasterEvent.class)).isEmpty();
			service.assertNeverTwoMasters();
		}
	}

	@Test
	void handOverToAFrozenInstanceIsRefusedAndChangesNothing(EtcdProcess etcd) {
		try (ClusterService service = service(etcd, Duration.ofSeconds(30))) {
			ClusterProcess first = service.start();
			ClusterProcess frozen = service.start();
			String id = frozen.instanceId();
			first.awaitEvent(MembersAddedEvent.class, LIMIT);
			frozen.freeze();
			assertThat(catchRefusal(() -> first.handOver(id))).contains("OperationRefused");
			assertThat(catchRefusal(first::stepDown)).contains("OperationRefused");
			frozen.thaw();
			Waits.letPass(Duration.ofSeconds(1));
			assertThat(first.isMaster()).isTrue();
			assertThat(first.events(BecameSlaveEvent.class)).isEmpty();
			service.assertNeverTwoMasters();
		}
	}

	@Test
	void slowAndThrowingListenersDisturbNothing(EtcdProcess etcd) {
		Duration ttl = Duration.ofSeconds(6);
		try (ClusterService service = service(etcd, ttl)) {
			ClusterProcess first = service
				.start((settings) -> settings.slowListener(BecameMasterEvent.class, Duration.ofMinutes(1))
					.throwingListener(MembersAddedEvent.class, "not my day"));
			service.start();
			first.awaitEvent(MembersAddedEvent.class, LIMIT);
			Waits.letPass(ttl.multipliedBy(2));
			assertThat(first.isMaster()).isTrue();
			assertThat(first.events(BecameSlaveEvent.class)).isEmpty();
			assertThat(largestGap(first.samples())).isLessThan(ttl);
			service.assertNeverTwoMasters();
		}
	}

	@Test
	void slowListenerCannotKeepTheMastershipBeyondTheDeadline() {
		Duration ttl = Duration.ofSeconds(3);
		try (EtcdProcess etcd = EtcdProcess.launch(); ClusterService service = service(etcd, ttl)) {
			ClusterProcess first = service
				.start((settings) -> settings.slowListener(BecameMasterEvent.class, Duration.ofMinutes(1)));
			etcd.freeze();
			long frozen = System.nanoTime();
			Fact ended = first.awaitEvent(BecameSlaveEvent.class, LIMIT);
			assertThat(Duration.ofNanos(ended.at() - frozen)).isLessThan(ttl);
			etcd.thaw();
			service.assertNeverTwoMasters();
		}
	}

	private static ClusterService service(EtcdProcess etcd, Duration ttl) {
		return new ClusterService(List.of(etcd.endpoint()), ttl);
	}

	private static Duration between(Fact one, Fact other) {
		return Duration.ofNanos(other.at() - one.at());
	}

	private static Duration largestGap(List<Fact> samples) {
		long largest = 0;
		for (int i = 1; i < samples.size(); i++) {
			largest = Math.max(largest, samples.get(i).at() - samples.get(i - 1).at());
		}
		return Duration.ofNanos(largest);
	}

	private static String catchRefusal(Runnable operation) {
		try {
			operation.run();
		}
		catch (IllegalStateException ex) {
			return String.valueOf(ex.getMessage());
		}
		return "not refused";
	}

}
