/**
 * Coordination through etcd: one lease, one renewal loop and one watch per member;
 * nothing is written in a steady state.
 * <p>
 * A renewal counts from the moment it was sent, and only if a linearizable read of the
 * master key sent after it succeeds in the same raft term: a member of etcd that has lost
 * its leadership may go on confirming leases that the others have expired
 * (etcd-io/etcd#15247). A watch is a hint that makes changes fast; repeated reads make
 * them right.
 */
@NullMarked
package io.clustercontroller.coordination.etcd;

import org.jspecify.annotations.NullMarked;
