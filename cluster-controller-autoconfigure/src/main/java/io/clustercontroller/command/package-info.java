/**
 * Runs external commands so that nothing of them is left behind: each in a process group
 * of its own, its output read to the end, and its whole tree ended when it is stopped or
 * this JVM dies.
 */
@NullMarked
package io.clustercontroller.command;

import org.jspecify.annotations.NullMarked;
