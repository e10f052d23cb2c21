/**
 * What operators see of an instance and of its cluster, and how they act on it: the
 * endpoint and its page, health and its groups for load balancers and probes,
 * availability, and meters. Every library behind it is optional.
 */
@NullMarked
package io.clustercontroller.actuate;

import org.jspecify.annotations.NullMarked;
