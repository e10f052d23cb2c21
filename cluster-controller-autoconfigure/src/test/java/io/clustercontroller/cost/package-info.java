/**
 * What the starter costs, in requests and writes to etcd, in time and in resources. The
 * tests hold the bounds that do not depend on the machine, and print what they have
 * measured.
 */
@NullMarked
package io.clustercontroller.cost;

import org.jspecify.annotations.NullMarked;
