package io.clustercontroller.campaign;

/**
 * A fault that was inflicted.
 *
 * @param number its place in the schedule, from 1
 * @param kind what was done, by the name of the fault
 * @param target to whom: an instance, a node of etcd, or the way between two
 * @param details how, in words; may be empty
 * @param from when it began, by {@link System#nanoTime()}
 * @param until when it was healed; the same as {@code from} if there was nothing to heal
 */
record Injection(int number, String kind, String target, String details, long from, long until) {
}
