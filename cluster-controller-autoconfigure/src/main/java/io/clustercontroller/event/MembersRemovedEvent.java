package io.clustercontroller.event;

import java.util.List;

import io.clustercontroller.Member;

/**
 * Other members have left the service, or their sessions have expired.
 *
 * @param members the members that are gone, as they were last seen
 */
public record MembersRemovedEvent(List<Member> members) {
}
