/**
 * Instances of the sample on an etcd of three nodes, faults drawn by a seed, and the
 * verdict of an observer outside.
 */
@NullMarked
package io.clustercontroller.campaign;

import org.jspecify.annotations.NullMarked;
