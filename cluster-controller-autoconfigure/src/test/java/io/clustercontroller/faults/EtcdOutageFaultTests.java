package io.clustercontroller.faults;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MembersAddedEvent;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.ClusterService;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Fact;
import io.clustercontroller.testing.TcpProxy;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens to a service when its etcd, or the way to it, is away for a while.
 */
class EtcdOutageFaultTests {

	private static final Duration LIMIT = Duration.ofSeconds(40);

	private EtcdProcess etcd;

	private TcpProxy proxy;

	@BeforeEach
	void launch() {
		this.etcd = EtcdProcess.launch();
		this.proxy = TcpProxy.to(this.etcd.endpoint());
	}

	@AfterEach
	void close() {
		this.proxy.close();
		this.etcd.close();
	}

	@Test
	void outagesShorterThanTheDeadlineChangeNothing() {
		// an outage may begin just before a renewal, a third of the TTL after the last;
		// the deadline is a third of the TTL away then
		Duration ttl = Duration.ofSeconds(12);
		try (ClusterService service = service(ttl)) {
			ClusterProcess first = service.start();
			ClusterProcess second = service.start();
			first.awaitEvent(MembersAddedEvent.class, LIMIT);
			for (Outage outage : Outage.values()) {
				outage.begin.accept(this);
				Waits.letPass(Duration.ofMillis(300));
				outage.end.accept(this);
				Waits.letPass(ttl.dividedBy(2));
			}
			assertThat(first.isMaster()).isTrue();
			assertThat(first.events(BecameSlaveEvent.class)).isEmpty();
			assertThat(second.events(BecameMasterEvent.class)).isEmpty();
			service.assertNeverTwoMasters();
		}
	}

	@ParameterizedTest
	@EnumSource(Outage.class)
	void outageLongerThanTheDeadlineEndsTheMastershipThen(Outage outage) {
		Duration ttl = Duration.ofSeconds(3);
		Duration deadline = ttl.multipliedBy(2).dividedBy(3);
		Duration renewal = ttl.dividedBy(3);
		try (ClusterService service = service(ttl)) {
			ClusterProcess first = service.start();
			ClusterProcess second = service.start();
			first.awaitEvent(MembersAddedEvent.class, LIMIT);
			long begin = System.nanoTime();
			outage.begin.accept(this);
			long begun = System.nanoTime();
			Fact ended = first.awaitEvent(BecameSlaveEvent.class, LIMIT);
			assertThat(ended.cause()).isEqualTo("SESSION_LOST");
			List<Fact> samples = first.samples();
			long last = samples.get(samples.size() - 1).until();
			// the last renewal was sent before the outage had begun, but no longer than
			// one period, and on a busy machine half of one more
			assertThat(Duration.ofNanos(last - begun)).isLessThan(deadline);
			assertThat(Duration.ofNanos(last - begin))
				.isGreaterThan(deadline.minus(renewal.multipliedBy(3).dividedBy(2)));
			assertThat(Duration.ofNanos(ended.at() - last)).isLessThan(ttl.minus(deadline));
			Waits.letPass(ttl);
			outage.end.accept(this);
			long back = System.nanoTime();
			ClusterProcess next = service.awaitMaster(LIMIT);
			assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(ttl.plusSeconds(10));
			awaitMembers(service, 2);
			Waits.letPass(ttl);
			assertThat(next.isMaster()).isTrue();
			assertThat(first.isAlive() && second.isAlive()).isTrue();
			service.assertNeverTwoMasters();
		}
	}

	@Test
	void answersThatComeTooLateDoNotProlongTheMastership() {
		Duration ttl = Duration.ofSeconds(3);
		try (ClusterService service = service(ttl)) {
			ClusterProcess first = service.start();
			this.proxy.holdAnswers();
			long held = System.nanoTime();
			Fact ended = first.awaitEvent(BecameSlaveEvent.class, LIMIT);
			assertThat(Duration.ofNanos(ended.at() - held)).isLessThan(ttl);
			this.proxy.releaseAnswers();
			service.awaitMaster(LIMIT);
			service.assertNeverTwoMasters();
		}
	}

	@Test
	void masterThatIsCutOffAloneIsReplacedAfterItHasSteppedDown() {
		Duration ttl = Duration.ofSeconds(3);
		try (ClusterService service = service(ttl)) {
			ClusterProcess first = service.start();
			ClusterProcess second = service.start((settings) -> settings.etcd(this.etcd.endpoint()));
			first.awaitEvent(MembersAddedEvent.class, LIMIT);
			this.proxy.blackHole();
			Fact became = second.awaitEvent(BecameMasterEvent.class, LIMIT);
			Fact ended = first.awaitEvent(BecameSlaveEvent.class, LIMIT);
			assertThat(ended.at()).isLessThan(became.at());
			this.proxy.pass();
			awaitMembers(service, 2);
			Waits.letPass(ttl);
			assertThat(second.isMaster()).isTrue();
			service.assertNeverTwoMasters();
		}
	}

	@Test
	void delayedNetworkChangesNothing() {
		Duration ttl = Duration.ofSeconds(9);
		try (ClusterService service = service(ttl)) {
			ClusterProcess first = service.start();
			this.proxy.delay(Duration.ofMillis(150));
			Waits.letPass(ttl);
			assertThat(first.isMaster()).isTrue();
			assertThat(first.events(BecameSlaveEvent.class)).isEmpty();
			service.assertNeverTwoMasters();
		}
	}

	@Test
	void deletedMasterKeyEndsTheMastershipAtOnce() {
		try (ClusterService service = service(Duration.ofSeconds(10))) {
			ClusterProcess first = service.start();
			long deleted = System.nanoTime();
			this.etcd.delete(service.masterKey());
			Fact ended = first.awaitEvent(BecameSlaveEvent.class, LIMIT);
			assertThat(Duration.ofNanos(ended.at() - deleted)).isLessThan(Duration.ofSeconds(1));
			first.awaitEvent(BecameMasterEvent.class, (event) -> event.at() > ended.at(), LIMIT);
			service.assertNeverTwoMasters();
		}
	}

	@Test
	void revokedLeaseEndsTheMastershipAndTheInstanceComesBack() {
		try (ClusterService service = service(Duration.ofSeconds(10))) {
			ClusterProcess first = service.start();
			String id = first.instanceId();
			this.etcd.leases().forEach(this.etcd::revokeLease);
			Fact ended = first.awaitEvent(BecameSlaveEvent.class, LIMIT);
			first.awaitEvent(BecameMasterEvent.class, (event) -> event.at() > ended.at(), LIMIT);
			assertThat(this.etcd.get(service.masterKey())).contains(id);
			service.assertNeverTwoMasters();
		}
	}

	private void awaitMembers(ClusterService service, int count) {
		Awaitility.await().atMost(LIMIT).until(() -> this.etcd.keys(service.memberKey("")).size() == count);
	}

	private ClusterService service(Duration ttl) {
		return new ClusterService(List.of(this.proxy.endpoint()), ttl);
	}

	/** The ways in which etcd goes away and comes back. */
	private enum Outage {

		KILLED((test) -> test.etcd.kill(), (test) -> test.etcd.start()),

		FROZEN((test) -> test.etcd.freeze(), (test) -> test.etcd.thaw()),

		CUT((test) -> test.proxy.cut(), (test) -> test.proxy.pass()),

		BLACK_HOLE((test) -> test.proxy.blackHole(), (test) -> test.proxy.pass());

		private final Consumer<EtcdOutageFaultTests> begin;

		private final Consumer<EtcdOutageFaultTests> end;

		Outage(Consumer<EtcdOutageFaultTests> begin, Consumer<EtcdOutageFaultTests> end) {
			this.begin = begin;
			this.end = end;
		}

	}

}
