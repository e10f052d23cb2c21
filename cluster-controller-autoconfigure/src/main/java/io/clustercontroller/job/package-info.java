/**
 * Work on the master only: {@link io.clustercontroller.job.MasterOnly @MasterOnly} lets
 * calls through while this instance is master, and the ledger lets each tick of a
 * scheduled job through once in the whole service.
 * <p>
 * What can be relied on:
 * <ul>
 * <li>A guarded call begins only while {@code isMaster()} is true. The guard holds
 * whatever the application's AOP settings are; a bean on which it could not hold ends the
 * start.</li>
 * <li>A tick is claimed at most once in the service: one transaction in the coordinator
 * claims it, on the condition that the mastership is still held with this token and that
 * no newer tick was claimed. Clocks decide when a tick is claimed, never whether it is
 * claimed twice.</li>
 * <li>Whether a claim has succeeded is known before the work begins. Where that cannot be
 * known, the work does not begin.</li>
 * <li>When the mastership ends, the threads of interruptible work are interrupted at
 * once, never after they have left it, and on an orderly change nobody else is master
 * before the work is over or its time is up.</li>
 * </ul>
 * What cannot: a run that is frozen in its middle may go on after the thaw, when another
 * instance is master. Pass the fencing token on to whatever must not be written twice.
 */
@NullMarked
package io.clustercontroller.job;

import org.jspecify.annotations.NullMarked;
