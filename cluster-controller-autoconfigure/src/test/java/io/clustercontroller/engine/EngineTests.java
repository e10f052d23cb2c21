package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicReference;

import io.clustercontroller.ClusterTimings;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterObserver;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.simulation.VirtualProcess;
import io.clustercontroller.simulation.VirtualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * The engine is the single writer: what the simulation, which has one thread for all,
 * cannot show.
 */
class EngineTests {

	private static final Member SELF = new Member("self", "self", "test", "web", Role.SLAVE, MemberState.STARTED,
			List.of(), 100, Instant.EPOCH, Map.of());

	private static final ClusterTimings TIMINGS = new ClusterTimings(Duration.ofSeconds(10), Duration.ofSeconds(3),
			Duration.ofSeconds(9));

	private final Set<String> threads = ConcurrentHashMap.newKeySet();

	private final ScheduledThreadPoolExecutor loop = new PromptLoop();

	@AfterEach
	void endLoop() {
		this.loop.shutdownNow();
	}

	@Test
	void nothingOfAStopHappensOnTheThreadThatAsksForIt() {
		Engine engine = new Engine(SELF, TIMINGS, new Candidacy(true, ElectionTime.JOINED, null),
				mock(Coordinator.class), (event) -> CompletableFuture.completedStage(null), (name, version) -> {
				}, ClusterObserver.NONE, this.loop, new WitnessedTime(), new Random());
		this.threads.clear();
		engine.stop().toCompletableFuture().join();
		assertThat(engine.standing().self().state()).isEqualTo(MemberState.TERMINATED);
		assertThat(this.threads).containsExactly(PromptLoop.NAME);
	}

	@Test
	void masterWhoseDeadlineIsOverKeepsItsPlaceForTheMarginInWhichItsWorkStops() {
		VirtualTime time = new VirtualTime();
		VirtualProcess process = new VirtualProcess(time, new Random(1));
		List<Long> releases = new ArrayList<>();
		Session session = mock(Session.class);
		given(session.release(5)).willAnswer((call) -> {
			releases.add(time.now());
			return CompletableFuture.completedStage(null);
		});
		AtomicReference<SessionListener> listener = new AtomicReference<>();
		Coordinator coordinator = mock(Coordinator.class);
		given(coordinator.join(any(), any(), any())).willAnswer((call) -> {
			listener.set(call.getArgument(2));
			return session;
		});
		Engine engine = new Engine(SELF, TIMINGS, new Candidacy(true, ElectionTime.JOINED, null), coordinator,
				(event) -> CompletableFuture.completedStage(null), (name, version) -> {
				}, ClusterObserver.NONE, process.thread(), process, new Random(2));
		engine.start();
		pass(time, Duration.ofMillis(1));
		listener.get().confirmed(new Confirmation(process.nanoTime(), process.wallMillis(), TIMINGS.ttl()));
		listener.get().viewed(new ClusterView(9, new Mastership("self", 5, true, false), List.of(SELF), false));
		pass(time, Duration.ofSeconds(6));
		assertThat(engine.isMaster()).isTrue();
		pass(time, Duration.ofMillis(1500));
		assertThat(engine.standing().self().role()).isEqualTo(Role.SLAVE);
		listener.get().confirmed(new Confirmation(process.nanoTime(), process.wallMillis(), TIMINGS.ttl()));
		pass(time, Duration.ofMillis(2400));
		assertThat(releases).isEmpty();
		pass(time, Duration.ofMillis(200));
		assertThat(releases).isNotEmpty();
	}

	private static void pass(VirtualTime time, Duration duration) {
		time.run(time.now() + duration.toNanos(), () -> {
		});
	}

	/**
	 * So fast that whatever it is given is done before the one who gives it goes on; what
	 * is then chained to it without an executor runs on the wrong thread.
	 */
	private static final class PromptLoop extends ScheduledThreadPoolExecutor {

		static final String NAME = "prompt-loop";

		PromptLoop() {
			super(1, (task) -> new Thread(task, NAME));
		}

		@Override
		public void execute(Runnable task) {
			CountDownLatch done = new CountDownLatch(1);
			super.execute(() -> {
				try {
					task.run();
				}
				finally {
					done.countDown();
				}
			});
			if (!Thread.currentThread().getName().equals(NAME)) {
				try {
					done.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
		}

	}

	/** Whoever decides anything reads the clock. */
	private final class WitnessedTime implements TimeSource {

		@Override
		public long nanoTime() {
			EngineTests.this.threads.add(Thread.currentThread().getName());
			return TimeSource.SYSTEM.nanoTime();
		}

		@Override
		public long wallMillis() {
			return TimeSource.SYSTEM.wallMillis();
		}

	}

}
