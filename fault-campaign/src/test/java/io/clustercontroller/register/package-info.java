/**
 * Masters that write to a store which knows nothing of the cluster, and the question
 * whether what they have written is what one master after the other would have written.
 */
@NullMarked
package io.clustercontroller.register;

import org.jspecify.annotations.NullMarked;
