/**
 * A world with a clock of its own, in which several engines and an etcd run in one
 * thread: the same seed gives the same run.
 */
@NullMarked
package io.clustercontroller.simulation;

import org.jspecify.annotations.NullMarked;
