/**
 * Real surroundings for tests: etcd servers and clusters, a network that can be broken,
 * and applications in processes of their own. Nothing here outlives the JVM of the tests.
 */
@NullMarked
package io.clustercontroller.testing;

import org.jspecify.annotations.NullMarked;
