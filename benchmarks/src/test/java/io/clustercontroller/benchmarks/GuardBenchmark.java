package io.clustercontroller.benchmarks;

import java.util.concurrent.TimeUnit;

import io.clustercontroller.ClusterController;
import org.aopalliance.intercept.MethodInvocation;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What the guard costs a call, beside a bare call, Spring's proxy alone, and the check of
 * ShedLock. All proxies are of the same kind, and the work is an increment.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GuardBenchmark {

	private final Work bare = new Work();

	private volatile long deadline = Long.MAX_VALUE / 2;

	private Applications applications;

	private ClusterController controller;

	private Work proxied;

	private Work refusing;

	private Work onMaster;

	private Work onSlave;

	private Locked locked;

	/** Start a master and a slave on the local coordinator: the guard is the same. */
	@Setup(Level.Trial)
	public void start() {
		this.applications = new Applications();
		this.controller = this.applications.master().getBean(ClusterController.class);
		this.onMaster = this.applications.master().getBean(Work.class);
		this.onSlave = this.applications.slave().getBean(Work.class);
		this.proxied = Applications.proxied(new Work(), MethodInvocation::proceed);
		this.refusing = Applications.proxied(new Work(), (invocation) -> null);
		this.locked = this.applications.master().getBean(Locked.class);
	}

	@TearDown(Level.Trial)
	public void stop() {
		this.applications.close();
	}

	/** What {@code isMaster()} is made of. */
	@Benchmark
	public boolean clocks() {
		long deadline = this.deadline;
		return System.nanoTime() - deadline < 0 && System.currentTimeMillis() - deadline < 0;
	}

	@Benchmark
	public boolean isMaster() {
		return this.controller.isMaster();
	}

	@Benchmark
	public void bareCall() {
		this.bare.work();
	}

	@Benchmark
	public void proxyWithoutAGuard() {
		this.proxied.work();
	}

	@Benchmark
	public void proxyThatRefuses() {
		this.refusing.work();
	}

	@Benchmark
	public void guardRefuses() {
		this.onSlave.work();
	}

	@Benchmark
	public void guardLetsThrough() {
		this.onMaster.work();
	}

	/** With locks in a map of this JVM: whatever stores them otherwise comes on top. */
	@Benchmark
	public void shedLockRefuses() {
		this.locked.refused();
	}

	@Benchmark
	public void shedLockLetsThrough() {
		this.locked.work();
	}

}
