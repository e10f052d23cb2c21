package io.clustercontroller.job;

import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * The guard around the methods of a bean. A refused call costs a look at the clocks and
 * allocates nothing of its own.
 */
final class MasterOnlyInterceptor implements MethodInterceptor {

	private final GuardedMethods methods;

	private final Supplier<Guard> guard;

	private final Supplier<Jobs> jobs;

	/**
	 * @param guard asked at the first call: beans that are made early must not make the
	 * cluster's
	 */
	MasterOnlyInterceptor(GuardedMethods methods, Supplier<Guard> guard, Supplier<Jobs> jobs) {
		this.methods = methods;
		this.guard = guard;
		this.jobs = jobs;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		GuardedMethod guarded = (target != null) ? this.methods.of(invocation.getMethod(), target.getClass()) : null;
		if (guarded == null) {
			return invocation.proceed();
		}
		if (guarded.rules().oncePerTick()) {
			return look(guarded, invocation);
		}
		Guard guard = this.guard.get();
		Run run = guard.enter(guarded.rules().role(), guarded.isInterruptible());
		return (run != null) ? proceed(guard, run, guarded, invocation) : guarded.refused();
	}

	private @Nullable Object look(GuardedMethod guarded, MethodInvocation invocation) throws Throwable {
		Job job = this.jobs.get().find(guarded.rules().name());
		// while the beans are being made nobody is master yet
		Look look = (job != null) ? job.look(guarded.isInterruptible(), invocation::proceed) : Look.REFUSED;
		return switch (look.kind()) {
			case REFUSED -> guarded.refused();
			case SKIPPED -> guarded.skipped();
			case DONE -> look.result();
		};
	}

	private static @Nullable Object proceed(Guard guard, Run run, GuardedMethod guarded, MethodInvocation invocation)
			throws Throwable {
		try {
			return run.begin() ? invocation.proceed() : guarded.refused();
		}
		finally {
			guard.leave(run);
		}
	}

}
