/**
 * The coordinator for one machine: a folder that all instances share. No server, no
 * network, no settings.
 * <p>
 * What can be relied on:
 * <ul>
 * <li>A member is there as long as its process holds an operating system lock on the
 * member's file, the master holds another one. The kernel releases both when the process
 * dies, however it dies; the others see it within 100 ms.</li>
 * <li>A session never expires. A process that is frozen keeps its locks: it stays master,
 * and nobody takes over.</li>
 * <li>A hand-over is one write: there is no moment in which the mastership is free.</li>
 * <li>Several processes, and several contexts in one process, work together.</li>
 * <li>If the folder is removed while in use, its sessions end; a folder that is new has
 * no master before the sessions of the old one have had the time to notice. Tokens and
 * record versions go on growing even then, as long as the wall clock does not go
 * back.</li>
 * <li>The folder belongs to one user of the machine, and others can neither write nor
 * read it.</li>
 * </ul>
 * It needs a file system whose locks hold between all processes that use the folder.
 * Local disks have them, some network file systems and some folders shared with a virtual
 * machine do not.
 */
@NullMarked
package io.clustercontroller.coordination.local;

import org.jspecify.annotations.NullMarked;
