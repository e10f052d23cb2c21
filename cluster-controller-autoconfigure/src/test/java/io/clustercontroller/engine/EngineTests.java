package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;

import io.clustercontroller.ClusterTimings;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterObserver;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.TimeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
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
