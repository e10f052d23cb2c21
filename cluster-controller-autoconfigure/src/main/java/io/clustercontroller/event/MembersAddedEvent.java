package io.clustercontroller.event;

import java.util.List;

import io.clustercontroller.Member;

/**
 * Other members have joined the service. The first one follows the first role event and
 * names the members that were there before this instance.
 *
 * @param members the members that are new, in the order in which they joined
 */
public record MembersAddedEvent(List<Member> members) {
}
