/**
 * Locks on folders that several containers mount.
 * <p>
 * At any instant at most one instance answers {@code true} to
 * {@link io.clustercontroller.filelock.FilesystemLocks#holds}, whatever is killed, frozen
 * or cut off. What cannot be promised: a write that began while the lock was held and is
 * frozen in its middle may be done after the thaw. The token is for what can refuse it.
 * <p>
 * <strong>Where the coordinator offers locks</strong>, as etcd does, a lock is a key
 * under the lease of the instance's session. It is held while that session may be relied
 * on, which ends the step-down margin before the lease can. What the folder says decides
 * nothing.
 * <p>
 * <strong>Where it does not</strong>, the folder is all that the containers share. It has
 * a directory with one file, and the name of the file is the state of the lock:
 * generation, beat, limit, owner. No name is ever used twice. All that is ever done is to
 * rename the file from the name that was read to another one, which the file system does
 * for one caller only: the name is compared and set. Hence:
 * <ul>
 * <li>Two takers who find the same entry stale rename from the same name. The second one
 * finds no such file, however late it comes: the name it knows never comes back.</li>
 * <li>A holder that shows that it lives renames too. If a taker was first the holder
 * finds no such file, and has lost the lock; nothing of it can overwrite the taker's
 * entry. If the holder was first, the taker fails. There is no third case, wherever
 * either of them is frozen in between, so a holder that wakes late may even go on if
 * nobody has come.</li>
 * <li>Between two renames a holder believes in its lock for the limit less the margin,
 * counted by its own monotonic clock from <em>before</em> its last successful rename. A
 * taker waits for the limit, which stands in the entry, counted by its own monotonic
 * clock from <em>after</em> it first saw that very entry, so from after that rename. So
 * the belief ends the margin before anybody takes the lock. Clocks of two machines are
 * never compared, nor is the time of a file read. What remains is that a clock must not
 * run a margin faster than another one within the limit, and that a suspended machine
 * finds out by its wall clock, as a master does.</li>
 * <li>The directory is made under another name with its file in it, and renamed. That
 * fails where there is one with a file, and there always is: two cannot be the
 * first.</li>
 * <li>A crash leaves, at each step, either the old name or the new one. Before the very
 * first rename it leaves a temporary directory, which the next holder sweeps. A crash of
 * the machine may bring an older name back; the members it names are dead as well.</li>
 * <li>Reading a directory while a file in it is renamed may show the file under both
 * names, or under none: the later one counts, and none is no reason to act. A wrong
 * reading makes a rename fail, and does nothing else.</li>
 * <li>A request whose answer is lost (a file server that answers late or twice) is found
 * by the owner in the name: it is used by one process only, for one folder.</li>
 * </ul>
 * An operating system's lock on a file would be released sooner after a kill, on one
 * host; it would not help between hosts, would be kept by a frozen holder, and is not
 * needed for the above. So there is none.
 */
@NullMarked
package io.clustercontroller.filelock;

import org.jspecify.annotations.NullMarked;
