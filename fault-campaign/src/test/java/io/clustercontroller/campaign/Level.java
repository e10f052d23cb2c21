package io.clustercontroller.campaign;

/**
 * How much there was of something at a quiet moment.
 *
 * @param of whom: the name of a process, or of a node of etcd
 * @param what such as {@code threads}, {@code files}, {@code heap KB}, {@code keys},
 * {@code leases}, {@code revision}
 * @param at by {@link System#nanoTime()}
 * @param value how much
 */
record Level(String of, String what, long at, long value) {
}
