package io.clustercontroller.actuate;

import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.Status;

/**
 * A group that is out of service where the instance has not the role, and else what its
 * members make of it. The role is asked for at the very end of each answer.
 *
 * @param members the group as it is on an instance that has the role
 * @param inRole whether this instance has the role right now
 */
record RoleHealthGroup(HealthEndpointGroup members, BooleanSupplier inRole) implements HealthEndpointGroup {

	@Override
	public StatusAggregator getStatusAggregator() {
		StatusAggregator aggregator = this.members.getStatusAggregator();
		return (statuses) -> {
			Status status = aggregator.getAggregateStatus(statuses);
			return this.inRole.getAsBoolean() ? status : Status.OUT_OF_SERVICE;
		};
	}

	@Override
	public boolean isMember(String name) {
		return this.members.isMember(name);
	}

	@Override
	public boolean showComponents(SecurityContext securityContext) {
		return this.members.showComponents(securityContext);
	}

	@Override
	public boolean showDetails(SecurityContext securityContext) {
		return this.members.showDetails(securityContext);
	}

	@Override
	public HttpCodeStatusMapper getHttpCodeStatusMapper() {
		return this.members.getHttpCodeStatusMapper();
	}

	@Override
	public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
		return this.members.getAdditionalPath();
	}

}
