/**
 * The starter beside other projects of Spring.
 */
@NullMarked
package io.clustercontroller.neighbours;

import org.jspecify.annotations.NullMarked;
