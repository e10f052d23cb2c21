/**
 * For tests of applications: a cluster in memory whose master, members and sessions the
 * test decides, with the engine and everything above it as in production.
 */
@NullMarked
package io.clustercontroller.test;

import org.jspecify.annotations.NullMarked;
