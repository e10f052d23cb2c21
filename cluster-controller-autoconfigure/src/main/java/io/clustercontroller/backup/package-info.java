/**
 * Backups that are never fewer than promised: each is made aside, checked, and published
 * as a whole; nothing that exists is touched before that, and what is dropped afterwards
 * is dropped for a reason that is told.
 */
@NullMarked
package io.clustercontroller.backup;

import org.jspecify.annotations.NullMarked;
