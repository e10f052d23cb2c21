package io.clustercontroller.engine;

import java.time.Instant;
import java.util.TreeMap;

import io.clustercontroller.Pause;
import io.clustercontroller.coordination.PauseJson;
import io.clustercontroller.coordination.etcd.SimulatedEtcd;
import io.clustercontroller.simulation.VirtualTime;

/**
 * The pause of the simulated service, and at which revisions of etcd it was in force
 * whatever the clocks of the instances say.
 */
final class SimulatedPause {

	static final String KEY = "/test/sim/pause";

	/** Longer than any run, with any clock. */
	static final long ENDLESS = Long.MAX_VALUE;

	private final VirtualTime time;

	private final SimulatedEtcd etcd;

	/** From each of these revisions on the service was paused without an end, or not. */
	private final TreeMap<Long, Boolean> endless = new TreeMap<>();

	SimulatedPause(VirtualTime time, SimulatedEtcd etcd) {
		this.time = time;
		this.etcd = etcd;
		this.endless.put(0L, false);
	}

	void begin(long nanos) {
		Instant now = Instant.ofEpochMilli(1_800_000_000_000L + this.time.now() / 1_000_000);
		Instant until = (nanos == ENDLESS) ? Instant.parse("2999-01-01T00:00:00Z") : now.plusNanos(nanos);
		long revision = this.etcd.write(KEY, PauseJson.write(new Pause("simulated", "nobody", now, until)));
		this.endless.put(revision, nanos == ENDLESS);
	}

	void end() {
		this.endless.put(this.etcd.delete(KEY), false);
	}

	boolean isEndless() {
		return this.endless.lastEntry().getValue();
	}

	/** Whether nobody may have won a mastership at that revision. */
	boolean covers(long revision) {
		return this.endless.floorEntry(revision).getValue();
	}

}
