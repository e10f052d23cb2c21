/**
 * The supervised service: the process that the container exists for, started when its
 * role is known, watched, told about role changes, and ended with all its descendants.
 */
@NullMarked
package io.clustercontroller.process;

import org.jspecify.annotations.NullMarked;
