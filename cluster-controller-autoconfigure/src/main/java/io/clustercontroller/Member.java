package io.clustercontroller;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One instance of a service as the cluster sees it. Immutable.
 *
 * @param instanceId the id of this run of the instance; a restart has another one
 * @param container the name of the container or host the instance runs in
 * @param environment the environment the service belongs to, such as {@code production}
 * @param service the service the instance is part of
 * @param role the role, which follows from the master key and is not stored with the
 * member
 * @param state how far the instance has come
 * @param ports the ports that have to answer before the instance is
 * {@link MemberState#ACTIVE}
 * @param priority the higher, the sooner the instance becomes master; 0 is never
 * @param joinedAt when the instance first joined, by its own wall clock
 * @param metadata what the application says of itself
 * @param eligible whether the instance stands for election, were it not on its way out;
 * never with the priority 0
 */
public record Member(String instanceId, String container, String environment, String service, Role role,
		MemberState state, List<Integer> ports, int priority, Instant joinedAt, Map<String, String> metadata,
		boolean eligible) {

	public Member {
		requireText(instanceId, "instanceId");
		requireText(container, "container");
		requireText(environment, "environment");
		requireText(service, "service");
		Objects.requireNonNull(role, "'role' must not be null");
		Objects.requireNonNull(state, "'state' must not be null");
		Objects.requireNonNull(joinedAt, "'joinedAt' must not be null");
		if (priority < 0) {
			throw new IllegalArgumentException("'priority' must not be negative: " + priority);
		}
		ports = List.copyOf(ports);
		metadata = Map.copyOf(metadata);
		eligible = eligible && priority > 0;
	}

	/** A member that stands for election unless its priority is 0. */
	public Member(String instanceId, String container, String environment, String service, Role role, MemberState state,
			List<Integer> ports, int priority, Instant joinedAt, Map<String, String> metadata) {
		this(instanceId, container, environment, service, role, state, ports, priority, joinedAt, metadata, true);
	}

	public Member withRole(Role role) {
		return (role == this.role) ? this : new Member(this.instanceId, this.container, this.environment, this.service,
				role, this.state, this.ports, this.priority, this.joinedAt, this.metadata, this.eligible);
	}

	public Member withState(MemberState state) {
		return (state == this.state) ? this : new Member(this.instanceId, this.container, this.environment,
				this.service, this.role, state, this.ports, this.priority, this.joinedAt, this.metadata, this.eligible);
	}

	public Member withEligible(boolean eligible) {
		return (eligible == this.eligible) ? this : new Member(this.instanceId, this.container, this.environment,
				this.service, this.role, this.state, this.ports, this.priority, this.joinedAt, this.metadata, eligible);
	}

	private static void requireText(String value, String name) {
		if (value == null || value.isBlank()) {
			throw new IllegalArgumentException("'" + name + "' must not be blank");
		}
	}

}
