package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.ClusterTimings;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterObserver;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.etcd.SimulatedEtcd;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.simulation.VirtualProcess;
import io.clustercontroller.simulation.VirtualThread;
import io.clustercontroller.simulation.VirtualTime;
import org.jspecify.annotations.Nullable;

/**
 * An engine in a virtual process, with a listener whose work takes its time to stop.
 */
final class SimulatedInstance {

	final String id;

	final VirtualProcess process;

	final Engine engine;

	private final VirtualTime time;

	private final Random random;

	private final VirtualThread engineThread;

	private final VirtualThread listenerThread;

	private final Coordinator coordinator;

	private final Observer observer;

	private final List<Object> roleEvents = new ArrayList<>();

	/** When an orderly end of the mastership will have stopped its work. */
	private long workEndsAt;

	/** Whether the ports of the service answer. */
	private boolean answering = true;

	private boolean stopping;

	private boolean stopped;

	SimulatedInstance(String id, int priority, Candidacy candidacy, Duration ttl, VirtualTime time, SimulatedEtcd etcd,
			Random random, Observer observer) {
		this.id = id;
		this.time = time;
		this.random = random;
		this.observer = observer;
		this.process = new VirtualProcess(time, random);
		this.engineThread = this.process.thread();
		this.listenerThread = this.process.thread();
		this.coordinator = etcd.connect(this.process);
		Member member = new Member(id, id, "test", "sim", Role.SLAVE, MemberState.STARTED, List.of(), priority,
				Instant.ofEpochMilli(this.process.wallMillis()), Map.of());
		this.engine = new Engine(member, new ClusterTimings(ttl, ttl.dividedBy(3), Duration.ofSeconds(9)), candidacy,
				this.coordinator, this::publish, (name, version) -> {
				}, ClusterObserver.NONE, this.engineThread, this.process, random);
		this.engine.start();
		probePorts();
	}

	private void probePorts() {
		this.time.at(this.time.now() + TimeUnit.MILLISECONDS.toNanos(500 + this.random.nextInt(1000)), () -> {
			if (isAlive()) {
				if (isHealthy()) {
					this.engine.reportPorts(this.answering ? List.of() : List.of(80));
				}
				probePorts();
			}
		});
	}

	void answer(boolean answering) {
		this.answering = answering;
	}

	void setEligible(boolean eligible) {
		this.engineThread.execute(() -> this.engine.setEligible(eligible));
	}

	private CompletionStage<?> publish(Object event) {
		long duration = (this.random.nextInt(20) == 0) ? this.random.nextInt(12_000) : this.random.nextInt(20);
		if (event instanceof BecameMasterEvent became) {
			this.roleEvents.add(event);
			this.observer.becameMaster(this, became);
		}
		else if (event instanceof BecameSlaveEvent became) {
			this.roleEvents.add(event);
			boolean orderly = became.cause() != RoleChangeCause.SESSION_LOST;
			long limit = orderly ? Math.min(duration, 6900) : 0;
			this.workEndsAt = this.time.now() + TimeUnit.MILLISECONDS.toNanos(limit);
		}
		CompletableFuture<Void> heard = new CompletableFuture<>();
		this.listenerThread.schedule(() -> heard.complete(null), duration, TimeUnit.MILLISECONDS);
		return heard;
	}

	boolean isMaster() {
		return isAlive() && this.engine.standing().isMaster(this.process);
	}

	boolean isAlive() {
		return !this.process.isDead() && !this.stopped;
	}

	/** Alive, and not on its way out. */
	boolean isInService() {
		return isAlive() && !this.stopping;
	}

	boolean isHealthy() {
		return isAlive() && !this.process.isFrozen();
	}

	long workEndsAt() {
		return this.workEndsAt;
	}

	List<Object> roleEvents() {
		return this.roleEvents;
	}

	VirtualThread anyThread() {
		return this.random.nextBoolean() ? this.engineThread : this.listenerThread;
	}

	void handOver(@Nullable String target) {
		this.engineThread.execute(() -> this.engine.handOver(target));
	}

	void stop() {
		this.stopping = true;
		long begun = this.process.nanoTime();
		this.engine.stop().thenRun(() -> {
			this.stopped = true;
			this.observer.stopped(this, Duration.ofNanos(this.process.nanoTime() - begun));
			this.engineThread.shutdown();
			this.coordinator.close();
		});
	}

	/** Hears what happens, in virtual time. */
	interface Observer {

		void becameMaster(SimulatedInstance instance, BecameMasterEvent event);

		void stopped(SimulatedInstance instance, Duration took);

	}

}
