package io.clustercontroller.history;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.clustercontroller.event.RoleChangeCause;

/**
 * One mastership, from when an instance became master until it was master no more.
 * Immutable. The times are those of the wall clock of that instance.
 *
 * @param instanceId the instance that was master
 * @param container the name of the container or host it ran in
 * @param fencingToken the token of the mastership
 * @param cause why it became master: {@code STARTED}, {@code PROMOTED} or
 * {@code HANDED_OVER}
 * @param since when it became master
 * @param until when it was master no more, as it has noticed itself, and never after the
 * next one has begun; a master that was frozen notices late. Empty while it is master,
 * and if it could not say, because it was killed or cut off for good: the next entry's
 * begin is the end then
 * @param endCause why it was master no more; empty like {@code until}
 * @param withoutMaster how long nobody was master before this one; empty if nothing is
 * known of an earlier mastership. It is the time since the end of the mastership before,
 * by the clocks of both masters, and never negative. Where that end is not known, or was
 * noticed too late, it is only what this master has seen of it: from when it saw no
 * master any more, and so without the time, up to the TTL, for which the session of a
 * dead master lives on
 */
public record MastershipEntry(String instanceId, String container, long fencingToken, RoleChangeCause cause,
		Instant since, Optional<Instant> until, Optional<RoleChangeCause> endCause, Optional<Duration> withoutMaster) {
}
