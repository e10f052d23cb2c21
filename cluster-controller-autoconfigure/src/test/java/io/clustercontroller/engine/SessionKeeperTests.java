package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterObserver;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import io.clustercontroller.simulation.VirtualProcess;
import io.clustercontroller.simulation.VirtualTime;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class SessionKeeperTests {

	private static final Duration TTL = Duration.ofSeconds(10);

	private static final Member SELF = new Member("self", "self", "test", "web", Role.SLAVE, MemberState.STARTED,
			List.of(), 100, Instant.EPOCH, Map.of());

	private final VirtualTime time = new VirtualTime();

	private final VirtualProcess process = new VirtualProcess(this.time, new Random(1));

	/** When sessions were opened, in milliseconds. */
	private final List<Long> openings = new ArrayList<>();

	@Test
	void triesOftenWhereTheCoordinatorDoesNotLetItIn() {
		run(this::end);
		assertThat(pauses().subList(10, pauses().size())).hasSizeGreaterThan(50)
			.allSatisfy((pause) -> assertThat(pause).isBetween(1500L, 3000L));
	}

	@Test
	void waitsLongerAndLongerWhereSessionsEndBeforeTheyAreRenewed() {
		run((session) -> {
			confirm(session);
			view(session);
			end(session);
		});
		assertThat(pauses().get(0)).isBetween(50L, 100L);
		assertThat(pauses().subList(10, pauses().size())).isNotEmpty()
			.allSatisfy((pause) -> assertThat(pause).isBetween(5000L, 10_000L));
	}

	@Test
	void comesBackAtOnceAfterSessionThatWasRenewed() {
		run((session) -> {
			confirm(session);
			if (this.openings.size() % 10 == 0) {
				confirm(session);
			}
			end(session);
		});
		assertThat(pauses().get(8)).isGreaterThan(5000L);
		assertThat(pauses().get(9)).isBetween(50L, 100L);
		assertThat(pauses().get(10)).isBetween(50L, 100L);
		assertThat(pauses().get(18)).isGreaterThan(5000L);
		assertThat(pauses().get(19)).isBetween(50L, 100L);
	}

	@Test
	void comesBackAtOnceAfterSessionThatNeedsNoRenewal() {
		run((session) -> {
			session.confirmed(
					new Confirmation(this.process.nanoTime(), this.process.wallMillis(), Confirmation.UNLIMITED));
			view(session);
			end(session);
		});
		assertThat(pauses()).hasSizeGreaterThan(50).allSatisfy((pause) -> assertThat(pause).isBetween(50L, 100L));
	}

	/** What becomes of each session in ten minutes. */
	private void run(Consumer<SessionListener> course) {
		Coordinator coordinator = mock(Coordinator.class);
		given(coordinator.join(any(), any(), any())).willAnswer((call) -> {
			this.openings.add(TimeUnit.NANOSECONDS.toMillis(this.time.now()));
			course.accept(call.getArgument(2));
			return mock(Session.class);
		});
		SessionKeeper keeper = new SessionKeeper(coordinator, TTL, () -> SELF, mock(SessionListener.class),
				ClusterObserver.NONE, this.process.thread(), new Random(2));
		keeper.open();
		this.time.run(Duration.ofMinutes(10).toNanos(), () -> {
		});
	}

	private List<Long> pauses() {
		List<Long> pauses = new ArrayList<>();
		for (int i = 1; i < this.openings.size(); i++) {
			pauses.add(this.openings.get(i) - this.openings.get(i - 1));
		}
		return pauses;
	}

	private void confirm(SessionListener session) {
		session.confirmed(new Confirmation(this.process.nanoTime(), this.process.wallMillis(), TTL));
	}

	private void view(SessionListener session) {
		session.viewed(new ClusterView(1, null, List.of(SELF), false));
	}

	private void end(SessionListener session) {
		session.ended(new CoordinationException("it is over", null));
	}

}
