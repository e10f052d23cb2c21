/**
 * Who was master when: the newest masterships of the service, kept by the masters
 * themselves and known to every member.
 * <p>
 * A mastership never waits for its history. What cannot be written is tried again for a
 * while and is missing then: the history tells people what has happened, and nothing is
 * decided from it.
 */
@NullMarked
package io.clustercontroller.history;

import org.jspecify.annotations.NullMarked;
