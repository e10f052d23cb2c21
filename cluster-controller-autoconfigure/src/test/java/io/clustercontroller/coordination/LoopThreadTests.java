package io.clustercontroller.coordination;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LoopThread}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LoopThreadTests {

	private final LoopThread loop = new LoopThread("loop-test", true);

	@Test
	void failureOfATaskIsLogged(CapturedOutput output) throws InterruptedException {
		this.loop.execute(() -> {
			throw new IllegalStateException("not my day");
		});
		this.loop.execute(this.loop::shutdown);
		awaitEnd();
		assertThat(output).contains("A task has failed unexpectedly").contains("not my day");
	}

	@Test
	void failureToCallWhoHasEndedIsLoggedWhileTheLoopGoesOn(CapturedOutput output) throws InterruptedException {
		this.loop.execute(() -> {
			throw new RejectedExecutionException("somebody else has ended");
		});
		this.loop.execute(this.loop::shutdown);
		awaitEnd();
		assertThat(output).contains("somebody else has ended");
	}

	@Test
	void lastTaskThatPlansAnotherIsNoFailure(CapturedOutput output) throws InterruptedException {
		this.loop.execute(() -> {
			this.loop.shutdown();
			this.loop.schedule(() -> {
			}, 1, TimeUnit.SECONDS);
		});
		awaitEnd();
		assertThat(output).doesNotContain("failed");
	}

	private void awaitEnd() throws InterruptedException {
		assertThat(this.loop.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
	}

}
