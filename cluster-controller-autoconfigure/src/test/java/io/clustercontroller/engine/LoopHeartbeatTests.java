package io.clustercontroller.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

import io.clustercontroller.coordination.TimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LoopHeartbeat}.
 */
class LoopHeartbeatTests {

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	private final TurnedTime time = new TurnedTime();

	private final LoopHeartbeat heartbeat = new LoopHeartbeat(this.tasks::add, this.time);

	@Test
	void loopThatRunsItsTasksIsNotSilent() {
		assertThat(new LoopHeartbeat(Runnable::run, this.time).silence()).isZero();
	}

	@Test
	void silenceCountsFromTheFirstQuestionWithoutAnAnswer() {
		assertThat(this.heartbeat.silence()).isZero();
		this.time.advance(Duration.ofSeconds(7));
		assertThat(this.heartbeat.silence()).isEqualTo(Duration.ofSeconds(7));
		this.time.advance(Duration.ofSeconds(5));
		assertThat(this.heartbeat.silence()).isEqualTo(Duration.ofSeconds(12));
		assertThat(this.tasks).hasSize(1);
	}

	@Test
	void answerEndsTheSilence() {
		this.heartbeat.silence();
		this.time.advance(Duration.ofSeconds(7));
		this.tasks.remove().run();
		assertThat(this.heartbeat.silence()).isZero();
		assertThat(this.tasks).hasSize(1);
	}

	@Test
	void loopThatHasEndedIsNotSilent() {
		LoopHeartbeat ended = new LoopHeartbeat((task) -> {
			throw new RejectedExecutionException();
		}, this.time);
		ended.silence();
		this.time.advance(Duration.ofSeconds(7));
		assertThat(ended.silence()).isZero();
	}

	private static final class TurnedTime implements TimeSource {

		private long nanos = Long.MAX_VALUE - 1;

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
