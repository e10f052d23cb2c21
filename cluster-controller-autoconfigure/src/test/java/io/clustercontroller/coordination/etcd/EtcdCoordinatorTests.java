package io.clustercontroller.coordination.etcd;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.CoordinatorContractTests;
import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.RecordingListener;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.Records.StoredRecord;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.coordination.etcd.EtcdGateway.Condition;
import io.clustercontroller.coordination.etcd.EtcdGateway.Operation;
import io.clustercontroller.coordination.etcd.EtcdGateway.Outcome;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The etcd coordinator keeps the contract, on a real etcd.
 */
@ExtendWith(EtcdExtension.class)
class EtcdCoordinatorTests extends CoordinatorContractTests {

	private EtcdProcess etcd;

	@BeforeEach
	void useEtcd(EtcdProcess etcd) {
		this.etcd = etcd;
	}

	@Override
	protected Coordinator coordinator() {
		return EtcdCoordinators.connect(EtcdConnections.to(this.etcd.endpoint()), TimeSource.SYSTEM);
	}

	@Test
	void keysAreWhereTheDesignSaysAndGoWithTheLease() {
		Participant a = participant("a", 0);
		a.acquire();
		assertThat(this.etcd.keys(prefix())).containsExactlyInAnyOrder(prefix() + "master", prefix() + "members/a");
		assertThat(this.etcd.get(prefix() + "master")).contains("a");
		assertThat(this.etcd.get(prefix() + "members/a"))
			.hasValueSatisfying((json) -> assertThat(json).contains("\"instanceId\":\"a\"").doesNotContain("role"));
		get(a.session().leave());
		assertThat(this.etcd.keys(prefix())).isEmpty();
	}

	@Test
	void foreignAndBrokenMembersAreIgnored() {
		this.etcd.put(prefix() + "members/x", "no JSON");
		this.etcd.put(prefix() + "members/y", "{\"instanceId\":\"y\"}");
		this.etcd.put(prefix() + "members/z/deep", "{}");
		this.etcd.put(prefix() + "unknown", "?");
		Participant a = participant("a", 0);
		a.awaitMembers("a");
		this.etcd.put(prefix() + "members/x", "still no JSON");
		a.acquire();
		a.awaitMembers("a");
	}

	@Test
	void unknownFieldsOfANewerVersionArePassedOver() {
		Participant a = participant("a", 0);
		String json = this.etcd.get(prefix() + "members/a").orElseThrow();
		String newer = json.replace("\"instanceId\":\"a\"", "\"instanceId\":\"b\"")
			.replace("{\"instanceId\"", "{\"colour\":{\"of\":[\"sky\"]},\"instanceId\"");
		this.etcd.put(prefix() + "members/b", newer);
		a.await((view) -> Participant.ids(view).equals(List.of("a", "b")));
	}

	@Test
	void masterKeyWithoutLeaseStopsNobody() {
		this.etcd.put(prefix() + "master", "nobody");
		Participant a = participant("a", 0);
		a.awaitNobody();
		a.acquire();
		assertThat(this.etcd.get(prefix() + "master")).contains("a");
		get(a.session().leave());
		assertThat(this.etcd.keys(prefix())).isEmpty();
	}

	@Test
	void deletedMasterKeyIsNoticedAtOnce() {
		Participant a = participant("a", 0);
		a.acquire();
		this.etcd.delete(prefix() + "master");
		a.awaitNobody();
	}

	@Test
	void deletedMemberKeyIsWrittenAgain() {
		Participant a = participant("a", 0);
		this.etcd.delete(prefix() + "members/a");
		Awaitility.await().until(() -> this.etcd.get(prefix() + "members/a").isPresent());
		get(a.session().leave());
		assertThat(this.etcd.keys(prefix())).isEmpty();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void shortTtlOnSeveralMembersOfEtcdIsWarnedOfOnce(CapturedOutput output) {
		String[] hosts = { this.etcd.endpoint(), this.etcd.endpoint().replace("127.0.0.1", "localhost") };
		try (Coordinator coordinator = EtcdCoordinators.connect(EtcdConnections.to(hosts), TimeSource.SYSTEM)) {
			coordinator.join(member("a", 0), Duration.ofSeconds(4), new RecordingListener());
			coordinator.join(member("b", 1), Duration.ofSeconds(4), new RecordingListener());
			assertThat(output).containsOnlyOnce("TTL of 4 s is short");
		}
	}

	@Test
	void nothingIsWrittenWhileNothingHappens() {
		Participant a = participant("a", 0);
		Participant b = participant("b", 1);
		a.acquire();
		b.awaitMastership((mastership) -> mastership.instanceId().equals("a"));
		long revision = awaitRest();
		a.session().renew();
		b.session().renew();
		ClusterView view = get(open().view(this.environment, this.service));
		assertThat(view.mastership()).isNotNull();
		assertThat(this.etcd.revision()).isEqualTo(revision);
	}

	/** A request that took long has been sent twice, and may arrive twice. */
	private long awaitRest() {
		AtomicLong last = new AtomicLong();
		Awaitility.await().pollInterval(Duration.ofSeconds(1)).until(() -> {
			long revision = this.etcd.revision();
			return last.getAndSet(revision) == revision;
		});
		return last.get();
	}

	/** Requests may overtake each other on their way. */
	@Test
	void withdrawalThatIsLateIsNoAnswerToTheNextOffer() {
		CompletableFuture<Void> way = new CompletableFuture<>();
		EtcdGateway direct = EtcdCoordinators.gateway(EtcdConnections.to(this.etcd.endpoint()), TimeSource.SYSTEM,
				new Random());
		EtcdGateway gateway = holdingBack(direct,
				(operation) -> operation.equals(Operation.delete(prefix() + "offers/b")), way);
		try (Coordinator coordinator = new EtcdCoordinator(gateway, new LoopThread("slow-etcd", true),
				TimeSource.SYSTEM, new Random())) {
			Participant master = participant(coordinator, member("a", 0));
			Participant asked = participant("b", 1);
			master.acquire();
			master.session().offer("b");
			asked.await(ClusterView::offered);
			CompletionStage<Void> withdrawn = master.session().withdraw("b");
			long revision = this.etcd.revision();
			CompletableFuture<Boolean> answer = master.session().offer("b").toCompletableFuture();
			Awaitility.await().until(() -> this.etcd.revision() > revision);
			way.complete(null);
			get(withdrawn);
			Awaitility.await().during(Duration.ofMillis(500)).until(() -> !answer.isDone());
			get(asked.session().accept());
			assertThat(get(answer)).isTrue();
		}
	}

	/** Calls go to each member of etcd in turn, of which one may be silent. */
	@Test
	void recordIsReadEvenIfTheFirstRequestIsNeverAnswered() {
		EtcdGateway direct = EtcdCoordinators.gateway(EtcdConnections.to(this.etcd.endpoint()), TimeSource.SYSTEM,
				new Random());
		try (Coordinator coordinator = new EtcdCoordinator(answeringEachOtherRead(direct),
				new LoopThread("half-etcd", true), TimeSource.SYSTEM, new Random())) {
			Records records = coordinator.records(this.environment, this.service);
			get(records.write("one", "1", Records.ABSENT, null));
			assertThat(get(records.read("one"))).map(StoredRecord::value).contains("1");
			assertThat(get(records.list("one"))).extracting(StoredRecord::value).containsExactly("1");
		}
	}

	private static EtcdGateway answeringEachOtherRead(EtcdGateway direct) {
		AtomicBoolean silent = new AtomicBoolean();
		InvocationHandler handler = (proxy, method, arguments) -> {
			boolean reads = method.getName().equals("get")
					|| method.getName().equals("transact") && ((List<?>) arguments[1]).stream()
						.map(Operation.class::cast)
						.allMatch((operation) -> operation.kind() == Operation.Kind.GET_PREFIX);
			if (reads && !silent.getAndSet(!silent.get())) {
				return new CompletableFuture<>();
			}
			return method.invoke(direct, arguments);
		};
		return (EtcdGateway) Proxy.newProxyInstance(EtcdGateway.class.getClassLoader(),
				new Class<?>[] { EtcdGateway.class }, handler);
	}

	private static EtcdGateway holdingBack(EtcdGateway direct, Predicate<Operation> held, CompletableFuture<Void> way) {
		InvocationHandler handler = (proxy, method, arguments) -> {
			if (method.getName().equals("transact")
					&& ((List<?>) arguments[1]).stream().map(Operation.class::cast).anyMatch(held)) {
				return way.thenCompose((done) -> transact(direct, arguments));
			}
			return method.invoke(direct, arguments);
		};
		return (EtcdGateway) Proxy.newProxyInstance(EtcdGateway.class.getClassLoader(),
				new Class<?>[] { EtcdGateway.class }, handler);
	}

	@SuppressWarnings("unchecked")
	private static CompletableFuture<Outcome> transact(EtcdGateway gateway, Object[] arguments) {
		return gateway.transact((List<Condition>) arguments[0], (List<Operation>) arguments[1],
				(List<Operation>) arguments[2]);
	}

	private String prefix() {
		return "/" + this.environment + "/" + this.service + "/";
	}

}
