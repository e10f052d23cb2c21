/**
 * The contract between the engine and whatever knows who is in the cluster: etcd, a local
 * folder, or a {@link Coordinator} bean of the application's own.
 * <p>
 * A coordinator keeps one promise: a mastership is held by one session at a time, and a
 * session that was last {@linkplain Confirmation confirmed} as valid until an instant
 * loses nothing to others before that instant unless its own side gave it up.
 */
@NullMarked
package io.clustercontroller.coordination;

import org.jspecify.annotations.NullMarked;
