/**
 * What an application holds in its hand: who this instance is, whether it is master, who
 * the others are, and how to act on the cluster.
 * <p>
 * At any instant at most one instance of a service answers
 * {@link io.clustercontroller.ClusterController#isMaster()} with {@code true}, whatever
 * fails. A call that began while the instance was master and is frozen in its middle may
 * still finish after the thaw; pass the
 * {@linkplain io.clustercontroller.ClusterController#fencingToken() fencing token} on to
 * whatever must not be written twice.
 */
@NullMarked
package io.clustercontroller;

import org.jspecify.annotations.NullMarked;
