package io.clustercontroller.coordination;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import org.junit.jupiter.api.AfterEach;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What tests of a coordinator need: a fresh service, participants, and waits that end.
 */
public abstract class AbstractCoordinatorTests {

	protected static final Duration TTL = Duration.ofSeconds(10);

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	protected final String environment = "test-" + UUID.randomUUID().toString().substring(0, 8);

	protected final String service = "service";

	private final List<Coordinator> opened = Collections.synchronizedList(new ArrayList<>());

	/** A new coordinator, sharing its cluster with all others of the test. */
	protected abstract Coordinator coordinator();

	/** A new coordinator that is closed after the test. */
	protected final Coordinator open() {
		Coordinator coordinator = coordinator();
		this.opened.add(coordinator);
		return coordinator;
	}

	@AfterEach
	protected final void closeAll() {
		this.opened.forEach(Coordinator::close);
	}

	/**
	 * A member that joins {@code order} seconds after the first one, by its own clock.
	 */
	protected final Member member(String instanceId, int order) {
		return new Member(instanceId, "host-" + instanceId, this.environment, this.service, Role.SLAVE,
				MemberState.STARTED, List.of(8080), 100, START.plusSeconds(order), Map.of("zone", "a"));
	}

	/** Join through a coordinator of its own, and wait until the member is registered. */
	protected final Participant participant(String instanceId, int order) {
		return participant(open(), member(instanceId, order));
	}

	protected final Participant participant(Coordinator coordinator, Member member) {
		RecordingListener listener = new RecordingListener();
		Participant participant = new Participant(member, coordinator.join(member, TTL, listener), listener);
		participant.await((view) -> view.member(member.instanceId()).isPresent());
		return participant;
	}

	/** The result of a stage that is expected to complete. */
	protected static <T> T get(CompletionStage<T> stage) {
		try {
			return stage.toCompletableFuture().get(RecordingListener.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			throw new AssertionError("The stage has not completed: " + ex, ex);
		}
	}

	protected static void assertFails(CompletionStage<?> stage) {
		assertThat(stage).failsWithin(RecordingListener.LIMIT)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(CoordinationException.class);
	}

	/**
	 * A member, its session, and what it has been told.
	 */
	protected record Participant(Member member, Session session, RecordingListener listener) {

		public String id() {
			return this.member.instanceId();
		}

		public ClusterView await(Predicate<ClusterView> wanted) {
			return this.listener.awaitView(wanted);
		}

		public void awaitMembers(String... instanceIds) {
			await((view) -> ids(view).equals(List.of(instanceIds)));
		}

		/** Become master where there is none. */
		public Mastership acquire() {
			get(this.session.acquire());
			Mastership mastership = this.listener.view().mastership();
			assertThat(mastership).isNotNull();
			assertThat(mastership.instanceId()).isEqualTo(id());
			assertThat(mastership.held()).isTrue();
			return mastership;
		}

		public Mastership awaitMastership(Predicate<Mastership> wanted) {
			return await((view) -> view.mastership() != null && wanted.test(view.mastership())).mastership();
		}

		/** Wait until this member is master. */
		public Mastership awaitHeld() {
			return awaitMastership((mastership) -> mastership.held() && mastership.instanceId().equals(id()));
		}

		public void awaitNobody() {
			await((view) -> view.mastership() == null);
		}

		public static List<String> ids(ClusterView view) {
			return view.members().stream().map(Member::instanceId).toList();
		}

	}

}
