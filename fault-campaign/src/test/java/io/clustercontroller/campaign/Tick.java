package io.clustercontroller.campaign;

/**
 * A row that a run of the job has written.
 *
 * @param life the name of the process
 * @param tick which one, in milliseconds of the epoch
 * @param at when, by {@link System#nanoTime()}
 * @param token of the master that wrote it
 */
record Tick(String life, long tick, long at, long token) {
}
