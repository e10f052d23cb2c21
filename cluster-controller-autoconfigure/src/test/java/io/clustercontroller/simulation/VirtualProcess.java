package io.clustercontroller.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.clustercontroller.coordination.TimeSource;

/**
 * A process in virtual time, with threads that can be frozen, suspended and killed, and
 * with clocks of its own.
 */
public final class VirtualProcess implements TimeSource {

	private final VirtualTime time;

	private final Random random;

	private final List<VirtualThread> threads = new ArrayList<>();

	private boolean frozen;

	private boolean suspended;

	private boolean dead;

	private long suspendedAt;

	private long suspendedFor;

	private long wallStepMillis;

	public VirtualProcess(VirtualTime time, Random random) {
		this.time = time;
		this.random = random;
	}

	/** A new thread, which runs one task after the other. */
	public VirtualThread thread() {
		VirtualThread thread = new VirtualThread(this);
		this.threads.add(thread);
		return thread;
	}

	/** Stop all threads; the clocks go on (SIGSTOP, a long collection of garbage). */
	public void freeze() {
		this.frozen = true;
	}

	/** Stop all threads and the monotonic clock (a virtual machine that is suspended). */
	public void suspend() {
		freeze();
		this.suspended = true;
		this.suspendedAt = this.time.now();
	}

	/** Go on; the threads wake in any order. */
	public void resume() {
		if (this.suspended) {
			this.suspended = false;
			this.suspendedFor += this.time.now() - this.suspendedAt;
		}
		this.frozen = false;
		this.threads.forEach((thread) -> thread.wakeIn(this.random.nextInt(3_000_000)));
	}

	public void kill() {
		this.dead = true;
	}

	public void stepWallClock(long millis) {
		this.wallStepMillis += millis;
	}

	public boolean isDead() {
		return this.dead;
	}

	public boolean isFrozen() {
		return this.frozen;
	}

	@Override
	public long nanoTime() {
		long standing = this.suspendedFor + (this.suspended ? this.time.now() - this.suspendedAt : 0);
		return this.time.now() - standing;
	}

	@Override
	public long wallMillis() {
		return 1_800_000_000_000L + this.time.now() / 1_000_000 + this.wallStepMillis;
	}

	VirtualTime time() {
		return this.time;
	}

}
