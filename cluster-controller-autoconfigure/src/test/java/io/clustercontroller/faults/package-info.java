/**
 * Real faults on real processes: applications and etcd servers are stopped, frozen and
 * killed, and the network between them breaks. Each test ends with the one promise: never
 * two masters.
 */
@NullMarked
package io.clustercontroller.faults;

import org.jspecify.annotations.NullMarked;
