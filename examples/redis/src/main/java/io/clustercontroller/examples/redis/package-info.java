/**
 * A Redis primary and its replica, kept by the roles of their controllers, and clients
 * whose writes are acknowledged when both have them.
 */
@NullMarked
package io.clustercontroller.examples.redis;

import org.jspecify.annotations.NullMarked;
