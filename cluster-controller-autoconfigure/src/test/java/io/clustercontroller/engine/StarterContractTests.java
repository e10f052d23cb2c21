package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.clustercontroller.ClusterOperations;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.OperationRefusedException;
import io.clustercontroller.Role;
import io.clustercontroller.ServiceNotActiveException;
import io.clustercontroller.event.BecameActiveEvent;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MasterChangedEvent;
import io.clustercontroller.event.MembersAddedEvent;
import io.clustercontroller.event.MembersRemovedEvent;
import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an application may rely on, whatever the coordinator.
 */
abstract class StarterContractTests {

	private static final Duration LIMIT = HeardEvents.LIMIT;

	/** In which nothing that is wrong would fail to happen. */
	private static final Duration A_WHILE = Duration.ofMillis(500);

	private final String environment = "test-" + UUID.randomUUID().toString().substring(0, 8);

	private final List<Instance> instances = Collections.synchronizedList(new ArrayList<>());

	/** The arguments that choose the coordinator. */
	protected abstract List<String> coordinator();

	@AfterEach
	final void closeAll() {
		this.instances.forEach(Instance::close);
	}

	@Test
	void roleIsDecidedWhenTheApplicationIsUp() {
		long begun = System.nanoTime();
		Instance one = start();
		report("start of an application until it is master", begun);
		assertThat(one.controller().role()).isEqualTo(Role.MASTER);
		assertThat(one.controller().isMaster()).isTrue();
		assertThat(one.controller().fencingToken()).isPresent();
		assertThat(one.controller().state()).isIn(MemberState.RUNNING, MemberState.ACTIVE);
		Instance other = start();
		assertThat(other.controller().role()).isEqualTo(Role.SLAVE);
		assertThat(other.controller().isMaster()).isFalse();
		assertThat(other.controller().fencingToken()).isEmpty();
	}

	@Test
	void eventsOfTheFirstInstanceComeOnceAndInOrder() {
		Instance one = start();
		one.events().await(BecameActiveEvent.class);
		one.events().await(MasterChangedEvent.class);
		Waits.letPass(A_WHILE);
		assertThat(one.events().kinds()).containsExactlyInAnyOrder("BecameMasterEvent", "MasterChangedEvent",
				"BecameActiveEvent");
		BecameMasterEvent became = one.events().of(BecameMasterEvent.class).get(0);
		assertThat(one.events().all().get(0)).isSameAs(became);
		assertThat(became.cause()).isEqualTo(RoleChangeCause.STARTED);
		assertThat(became.fencingToken()).isPositive().isEqualTo(one.controller().fencingToken().orElseThrow());
		assertThat(became.at()).isBetween(Instant.now().minusSeconds(60), Instant.now());
		MasterChangedEvent changed = one.events().await(MasterChangedEvent.class);
		assertThat(changed.fencingToken()).isEqualTo(became.fencingToken());
		assertThat(changed.master()).hasValueSatisfying((master) -> {
			assertThat(master.instanceId()).isEqualTo(one.id());
			assertThat(master.role()).isEqualTo(Role.MASTER);
		});
		assertThat(one.events().await(BecameActiveEvent.class).ports()).isEmpty();
	}

	@Test
	void laterInstanceHearsWhoIsMasterAndWhoWasThereBefore() {
		Instance one = start();
		Instance other = start();
		MembersAddedEvent added = other.events().await(MembersAddedEvent.class);
		other.events().await(BecameActiveEvent.class);
		Waits.letPass(A_WHILE);
		assertThat(other.events().kinds()).containsExactlyInAnyOrder("BecameSlaveEvent", "MasterChangedEvent",
				"MembersAddedEvent", "BecameActiveEvent");
		assertThat(other.events().kinds().stream().filter((kind) -> !kind.equals("BecameActiveEvent")))
			.containsExactly("BecameSlaveEvent", "MasterChangedEvent", "MembersAddedEvent");
		long token = one.controller().fencingToken().orElseThrow();
		BecameSlaveEvent became = other.events().await(BecameSlaveEvent.class);
		assertThat(became.cause()).isEqualTo(RoleChangeCause.STARTED);
		assertThat(became.fencingToken()).isEqualTo(token);
		MasterChangedEvent changed = other.events().await(MasterChangedEvent.class);
		assertThat(changed.fencingToken()).isEqualTo(token);
		assertThat(changed.master()).map(Member::instanceId).contains(one.id());
		assertThat(added.members()).extracting(Member::instanceId).containsExactly(one.id());
		assertThat(one.events().await(MembersAddedEvent.class).members()).extracting(Member::instanceId)
			.containsExactly(other.id());
		assertThat(one.events().of(MasterChangedEvent.class)).hasSize(1);
	}

	@Test
	void everybodySeesTheSameCluster() {
		Instance one = start("--cluster-controller.container=box one", "--cluster-controller.metadata.zone=a");
		Instance other = start("--cluster-controller.election.priority=50");
		one.awaitActiveMembers(2);
		other.awaitActiveMembers(2);
		assertThat(one.controller().members()).isEqualTo(other.controller().members())
			.extracting(Member::instanceId)
			.containsExactly(one.id(), other.id());
		assertThat(one.controller().master()).isEqualTo(other.controller().master()).contains(one.controller().self());
		Member self = one.controller().self();
		assertThat(one.controller().members()).contains(self).contains(other.controller().self());
		assertThat(self.instanceId()).startsWith("box-one-");
		assertThat(self.container()).isEqualTo("box one");
		assertThat(self.environment()).isEqualTo(this.environment);
		assertThat(self.service()).isEqualTo("web");
		assertThat(self.metadata()).containsEntry("zone", "a").hasSize(1);
		assertThat(other.controller().self().priority()).isEqualTo(50);
	}

	@Test
	void otherServicesCanBeReadWithoutBeingTheirMember() {
		Instance web = start();
		Instance database = start("--cluster-controller.service=db");
		assertThat(database.controller().isMaster()).isTrue();
		Awaitility.await()
			.atMost(LIMIT)
			.until(() -> web.controller().members("db").equals(List.of(database.controller().self())));
		assertThat(web.controller().members("db").get(0).role()).isEqualTo(Role.MASTER);
		assertThat(web.controller().members(this.environment, "db")).isEqualTo(web.controller().members("db"));
		assertThat(web.controller().members("nothing")).isEmpty();
		assertThat(web.controller().members("elsewhere", "web")).isEmpty();
		assertThat(web.controller().members("web")).isEqualTo(web.controller().members());
	}

	@Test
	void awaitServiceReturnsWhenTheServiceIsActive() throws Exception {
		Instance web = start();
		CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> awaitService(web, "db", LIMIT));
		Waits.letPass(A_WHILE);
		assertThat(waiting).isNotDone();
		start("--cluster-controller.service=db");
		assertThat(waiting).succeedsWithin(LIMIT);
		web.controller().awaitService("db", Duration.ofSeconds(10));
		web.controller().awaitService("web", LIMIT);
	}

	@Test
	void awaitServiceSaysWhatTheServiceLacks() {
		Instance web = start();
		assertThatExceptionOfType(ServiceNotActiveException.class)
			.isThrownBy(() -> web.controller().awaitService("db", Duration.ofMillis(300)))
			.withMessageContainingAll("'db'", "after 300 ms", "it has no master")
			.satisfies((ex) -> assertThat(ex.getService()).isEqualTo("db"));
		Instance database = start("--cluster-controller.service=db", "--cluster-controller.ports-when-active=1");
		assertThatExceptionOfType(ServiceNotActiveException.class)
			.isThrownBy(() -> web.controller().awaitService("db", Duration.ZERO))
			.withMessageContaining("its master '" + database.id() + "' is ");
	}

	@Test
	void awaitServiceEndsWithTheContext() {
		Instance web = start();
		CompletableFuture<Void> waiting = CompletableFuture
			.runAsync(() -> awaitService(web, "db", Duration.ofHours(1)));
		Waits.letPass(A_WHILE);
		web.close();
		assertThat(waiting).failsWithin(LIMIT)
			.withThrowableOfType(ExecutionException.class)
			.withStackTraceContaining("this instance is stopping");
	}

	@Test
	void awaitServiceCanBeInterrupted() throws InterruptedException {
		Instance web = start();
		AtomicReference<Throwable> failure = new AtomicReference<>();
		Thread waiting = new Thread(() -> {
			try {
				web.controller().awaitService("db", Duration.ofHours(1));
			}
			catch (Exception ex) {
				failure.set(ex);
			}
		});
		waiting.start();
		waiting.interrupt();
		waiting.join(LIMIT.toMillis());
		assertThat(failure.get()).isInstanceOf(InterruptedException.class);
	}

	@Test
	void stoppedMasterHandsOver() {
		Instance one = start();
		Instance other = start();
		Instance third = start("--cluster-controller.election.priority=50");
		one.awaitActiveMembers(3);
		third.awaitActiveMembers(3);
		String id = one.id();
		long token = one.controller().fencingToken().orElseThrow();
		HeardEvents heard = one.events();
		long begun = System.nanoTime();
		one.close();
		BecameMasterEvent became = other.events().await(BecameMasterEvent.class);
		report("close of the master until the next one's event", begun);
		assertThat(became.cause()).isEqualTo(RoleChangeCause.HANDED_OVER);
		assertThat(became.fencingToken()).isGreaterThan(token);
		assertThat(other.controller().fencingToken()).hasValue(became.fencingToken());
		BecameSlaveEvent ended = heard.of(BecameSlaveEvent.class).get(0);
		assertThat(ended.cause()).isEqualTo(RoleChangeCause.STOPPING);
		assertThat(ended.fencingToken()).isEqualTo(token);
		assertThat(heard.of(BecameSlaveEvent.class)).hasSize(1);
		assertThat(other.events().await(MembersRemovedEvent.class).members()).extracting(Member::instanceId)
			.containsExactly(id);
		third.awaitMaster(other.id());
		assertThat(third.events().of(BecameMasterEvent.class)).isEmpty();
		assertThat(third.events().of(BecameSlaveEvent.class)).hasSize(1);
		// the moment in between, in which nobody acts as master, is no event for the
		// others
		assertThat(third.events().of(MasterChangedEvent.class)).extracting(MasterChangedEvent::fencingToken)
			.containsExactly(token, became.fencingToken());
	}

	@Test
	void masterStepsDownInFavourOfTheBestCandidate() {
		Instance one = start("--cluster-controller.election.priority=10");
		Instance low = start("--cluster-controller.election.priority=1");
		Instance best = start("--cluster-controller.election.priority=5");
		one.awaitActiveMembers(3);
		long token = one.controller().fencingToken().orElseThrow();
		one.operations().stepDown();
		assertThat(one.controller().isMaster()).isFalse();
		BecameMasterEvent became = best.events().await(BecameMasterEvent.class);
		assertThat(became.cause()).isEqualTo(RoleChangeCause.HANDED_OVER);
		assertThat(became.fencingToken()).isGreaterThan(token);
		BecameSlaveEvent ended = one.events().await(BecameSlaveEvent.class);
		assertThat(ended.cause()).isEqualTo(RoleChangeCause.STEPPED_DOWN);
		assertThat(ended.fencingToken()).isEqualTo(token);
		low.awaitMaster(best.id());
		one.awaitMaster(best.id());
		Waits.letPass(A_WHILE);
		assertThat(one.controller().role()).isEqualTo(Role.SLAVE);
		assertThat(one.events().of(MasterChangedEvent.class)).extracting(MasterChangedEvent::fencingToken)
			.containsExactly(token, became.fencingToken());
	}

	@Test
	void masterWithoutCandidatesDoesNotStepDown() {
		Instance one = start();
		start("--cluster-controller.election.priority=0");
		one.awaitActiveMembers(2);
		assertRefused(one, () -> one.operations().stepDown(), "No other member can take over");
	}

	@Test
	void masterHandsOverToTheMemberOfItsChoiceAndBack() {
		Instance one = start();
		start();
		Instance chosen = start("--cluster-controller.election.priority=1");
		one.awaitActiveMembers(3);
		chosen.awaitActiveMembers(3);
		long first = one.controller().fencingToken().orElseThrow();
		one.operations().handOver(chosen.id());
		long second = chosen.events().await(BecameMasterEvent.class).fencingToken();
		assertThat(one.events().await(BecameSlaveEvent.class).cause()).isEqualTo(RoleChangeCause.HANDED_OVER);
		assertThat(chosen.controller().isMaster()).isTrue();
		chosen.operations().handOver(one.id());
		BecameMasterEvent again = one.events()
			.await(BecameMasterEvent.class, (event) -> event.cause() == RoleChangeCause.HANDED_OVER);
		assertThat(List.of(first, second, again.fencingToken())).isSorted().doesNotHaveDuplicates();
		assertThat(one.controller().fencingToken()).hasValue(again.fencingToken());
		assertThat(chosen.controller().isMaster()).isFalse();
	}

	@Test
	void handOverToWhoCannotBeMasterIsRefused() {
		Instance one = start();
		Instance never = start("--cluster-controller.election.priority=0");
		one.awaitActiveMembers(2);
		assertRefused(one, () -> one.operations().handOver("nobody"), "has no member 'nobody'");
		assertRefused(one, () -> one.operations().handOver(one.id()), "is master already");
		assertRefused(one, () -> one.operations().handOver(never.id()), "priority 0");
	}

	@Test
	void onlyTheMasterHandsOver() {
		Instance one = start();
		Instance other = start();
		one.awaitActiveMembers(2);
		other.awaitActiveMembers(2);
		for (Runnable operation : List.<Runnable>of(other.operations()::stepDown,
				() -> other.operations().handOver(other.id()), () -> other.operations().handOver(one.id()))) {
			assertRefused(one, operation, "This instance is not master");
		}
		assertThat(other.events().of(BecameSlaveEvent.class)).hasSize(1);
	}

	@Test
	void handOverIsRefusedWhileAnotherOneIsUnderWay() {
		Instance one = start();
		Instance other = start();
		one.awaitActiveMembers(2);
		CountDownLatch working = new CountDownLatch(1);
		CountDownLatch mayEnd = new CountDownLatch(1);
		listen(one, BecameSlaveEvent.class, () -> {
			working.countDown();
			await(mayEnd);
		});
		CompletableFuture<Void> first = CompletableFuture.runAsync(one.operations()::stepDown);
		await(working);
		assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(one.operations()::stepDown);
		assertThat(first).isNotDone();
		// released last: the work of the old master has not ended yet
		assertThat(other.controller().isMaster()).isFalse();
		assertThat(other.events().of(BecameMasterEvent.class)).isEmpty();
		mayEnd.countDown();
		assertThat(first).succeedsWithin(LIMIT);
		other.events().await(BecameMasterEvent.class);
	}

	@Test
	void listenerMayHandTheMastershipOn() {
		Instance one = start();
		Instance other = start();
		one.awaitActiveMembers(2);
		other.awaitActiveMembers(2);
		other.context().addApplicationListener(new StepsDownAtOnce(other.operations()));
		one.operations().stepDown();
		long begun = System.nanoTime();
		BecameMasterEvent again = one.events()
			.await(BecameMasterEvent.class, (event) -> event.cause() == RoleChangeCause.HANDED_OVER);
		report("step-down by a listener until the next master's event", begun);
		assertThat(one.controller().fencingToken()).hasValue(again.fencingToken());
		assertThat(other.events().of(BecameMasterEvent.class)).hasSize(1);
	}

	@Test
	void priorityDecidesWhoFollows() {
		Instance one = start();
		Instance earlier = start("--cluster-controller.election.priority=100");
		Instance better = start("--cluster-controller.election.priority=101");
		one.awaitActiveMembers(3);
		one.close();
		better.events().await(BecameMasterEvent.class);
		earlier.awaitMaster(better.id());
		assertThat(earlier.events().of(BecameMasterEvent.class)).isEmpty();
	}

	@Test
	void betterPriorityDoesNotTakeTheMastershipAway() {
		Instance one = start("--cluster-controller.election.priority=1");
		Instance better = start("--cluster-controller.election.priority=200");
		one.awaitActiveMembers(2);
		Waits.letPass(A_WHILE);
		assertThat(one.controller().isMaster()).isTrue();
		assertThat(better.controller().role()).isEqualTo(Role.SLAVE);
	}

	@Test
	void instanceOfPriorityZeroIsNeverMaster() {
		Instance never = start("--cluster-controller.election.priority=0");
		assertThat(never.controller().role()).isEqualTo(Role.SLAVE);
		assertThat(never.controller().master()).isEmpty();
		BecameSlaveEvent became = never.events().await(BecameSlaveEvent.class);
		assertThat(became.cause()).isEqualTo(RoleChangeCause.STARTED);
		assertThat(became.fencingToken()).isZero();
		Instance one = start();
		assertThat(one.controller().isMaster()).isTrue();
		never.awaitMaster(one.id());
		one.close();
		never.events().await(MasterChangedEvent.class, (event) -> event.master().isEmpty());
		Waits.letPass(A_WHILE);
		assertThat(never.controller().role()).isEqualTo(Role.SLAVE);
		assertThat(never.controller().master()).isEmpty();
		assertThat(never.events().of(BecameSlaveEvent.class)).hasSize(1);
	}

	@Test
	void masterIsMasterBeforeItsEventAndSlaveBeforeItsEvent() {
		Instance one = start();
		Instance other = start();
		one.awaitActiveMembers(2);
		List<Boolean> seen = Collections.synchronizedList(new ArrayList<>());
		listen(one, BecameSlaveEvent.class, () -> seen.add(one.controller().isMaster()));
		listen(other, BecameMasterEvent.class, () -> seen.add(other.controller().isMaster()));
		one.operations().stepDown();
		Awaitility.await().atMost(LIMIT).until(() -> seen.size() == 2);
		assertThat(seen).containsExactly(false, true);
	}

	protected final Instance start(String... args) {
		return start(Instance.Application.class, args);
	}

	protected final Instance start(Class<?> application, String... args) {
		Instance instance = Instance.start(application, arguments(args));
		this.instances.add(instance);
		return instance;
	}

	protected final String[] arguments(String... args) {
		return Stream
			.of(coordinator().stream(), Stream.of("--cluster-controller.environment=" + this.environment),
					Arrays.stream(args))
			.flatMap((part) -> part)
			.toArray(String[]::new);
	}

	protected final String environment() {
		return this.environment;
	}

	protected static void report(String what, long since) {
		System.out.printf("measured: %s %.1f ms%n", what, (System.nanoTime() - since) / 1e6);
	}

	/** The operation is refused, and the master stays what it is. */
	private static void assertRefused(Instance master, Runnable operation, String reason) {
		long token = master.controller().fencingToken().orElseThrow();
		List<Object> before = master.events().all();
		assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(operation::run)
			.withMessageContaining(reason);
		Waits.letPass(Duration.ofMillis(100));
		assertThat(master.controller().fencingToken()).hasValue(token);
		assertThat(master.events().all()).isEqualTo(before);
	}

	private static void listen(Instance instance, Class<?> type, Runnable action) {
		instance.context().addApplicationListener(ApplicationListener.forPayload((Object event) -> {
			if (type.isInstance(event)) {
				action.run();
			}
		}));
	}

	private static void awaitService(Instance instance, String service, Duration timeout) {
		try {
			instance.controller().awaitService(service, timeout);
		}
		catch (ServiceNotActiveException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Listens to one kind of event, and so is not waited for by those that follow. */
	record StepsDownAtOnce(
			ClusterOperations operations) implements ApplicationListener<PayloadApplicationEvent<BecameMasterEvent>> {

		@Override
		public void onApplicationEvent(PayloadApplicationEvent<BecameMasterEvent> event) {
			this.operations.stepDown();
		}

	}

}
