/**
 * The supervised service: what it depends on, and the command that the container exists
 * for.
 */
@NullMarked
package io.clustercontroller.process;

import org.jspecify.annotations.NullMarked;
