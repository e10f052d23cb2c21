package io.clustercontroller.testing;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

import io.clustercontroller.ClusterController;

/**
 * Asks {@code isMaster()} every 10 ms, from before the first role until the end of the
 * process, and notes each time it says yes.
 */
class MasterSampler {

	static final long PERIOD_NANOS = 10_000_000;

	static final long PAUSE_NANOS = 500_000_000;

	private final ClusterController controller;

	private final TimelineWriter timeline;

	private long lookedAt = System.nanoTime();

	MasterSampler(ClusterController controller, TimelineWriter timeline) {
		this.controller = controller;
		this.timeline = timeline;
		ChildProcesses.daemon("master-sampler", this::run).start();
	}

	private void run() {
		while (true) {
			sample();
			LockSupport.parkNanos(PERIOD_NANOS);
		}
	}

	/**
	 * The question is asked between two looks at the clock. If the process is paused in
	 * between, the answer may be of before the pause, and only the next one is the first
	 * after it.
	 */
	private void sample() {
		long previous = this.lookedAt;
		OptionalLong before = this.controller.fencingToken();
		long at = System.nanoTime();
		boolean master = this.controller.isMaster();
		long until = System.nanoTime();
		OptionalLong after = this.controller.fencingToken();
		if (at - previous > PAUSE_NANOS) {
			write(Fact.Kind.WOKE, at, until, Map.of("master", String.valueOf(master), "pausedMillis",
					String.valueOf((at - previous) / 1_000_000)));
		}
		if (master) {
			write(before, after, at, until);
		}
		this.lookedAt = (until - at > PAUSE_NANOS) ? at : until;
	}

	/** The token is taken only where it is beyond doubt that it goes with the answer. */
	private void write(OptionalLong before, OptionalLong after, long at, long until) {
		if (before.isPresent() && (after.isEmpty() || before.equals(after))) {
			write(Fact.Kind.SAMPLE, at, until, Map.of(Fact.TOKEN, String.valueOf(before.getAsLong())));
		}
		else if (before.isEmpty() && after.isEmpty()) {
			write(Fact.Kind.SAMPLE, at, until, Map.of());
		}
	}

	private void write(Fact.Kind kind, long at, long until, Map<String, String> details) {
		this.timeline.write(new Fact(kind, at, until, System.currentTimeMillis(), details));
	}

}
