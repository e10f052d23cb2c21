package io.clustercontroller.job;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Role;

/**
 * Lets calls of a bean's method, or of all methods of its class, through only while this
 * instance is master. Works with {@code @Scheduled} and without, and with {@code @Async},
 * where the guard is on the thread that does the work.
 * <p>
 * The guard sits on the bean's proxy: a call by {@code this} does not pass it. Code that
 * wants to be sure asks {@link MasterAssert#assertMaster()}.
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface MasterOnly {

	/**
	 * The name of the job: letters, digits, '.', '_' and '-'. Needed with
	 * {@link #oncePerTick()}, where it names the job's record and is the same on all
	 * instances and in all versions of the application; of no interest otherwise.
	 */
	String name() default "";

	/**
	 * The role in which calls are let through. With {@link Role#SLAVE}: while the
	 * instance is slave by its last role event and is not stopping, for work that belongs
	 * on a replica. This is no promise to anybody: a slave that is cut off from the
	 * cluster works on, and there are as many slaves as there are.
	 */
	Role role() default Role.MASTER;

	/** What becomes of a call that is not let through. */
	Otherwise otherwise() default Otherwise.SKIP;

	/** What becomes of a call that is under way when the role ends. */
	OnDemotion onDemotion() default OnDemotion.INTERRUPT;

	/**
	 * Whether each tick of the method's {@code @Scheduled(cron = ...)} runs once in the
	 * service, whichever instance is master when: every call of the method then looks
	 * into the job's ledger, and runs if the last due tick has not been claimed yet, or a
	 * run was asked for by {@link JobOperations#runNow(String)}.
	 * <p>
	 * A tick is a point of time on the wall clock. It is never claimed twice, whatever
	 * the clocks say; that none is lost needs clocks of the instances that differ by less
	 * than the interval between two ticks.
	 */
	boolean oncePerTick() default false;

	/** What becomes of a tick that came due while nobody could claim it. */
	Misfire misfire() default Misfire.SKIP;

	/**
	 * What becomes of a call that is not let through.
	 */
	enum Otherwise {

		/**
		 * It returns at once: nothing, an empty {@code Optional}, a completed future, or
		 * {@code null}.
		 */
		SKIP,

		/** It throws {@link NotMasterException}. */
		THROW

	}

	/**
	 * What becomes of a call that is under way when the role ends.
	 */
	enum OnDemotion {

		/** Its thread is interrupted at once. */
		INTERRUPT,

		/**
		 * It may end by itself. On an orderly change of role the next master waits for
		 * it, as long as the stop of an instance may take. When the session is lost
		 * nobody waits: {@link ClusterController#isMaster()} is worth a look before each
		 * step. When the instance stops and its time is up, the thread is interrupted.
		 */
		FINISH

	}

}
