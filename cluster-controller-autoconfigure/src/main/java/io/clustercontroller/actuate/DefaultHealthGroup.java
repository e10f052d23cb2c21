package io.clustercontroller.actuate;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;

/**
 * A group that nobody has configured. It shows what the endpoint itself shows, and
 * answers with the status codes that Boot has for them.
 *
 * @param names the contributors that are members
 * @param primary the group of the endpoint itself
 */
record DefaultHealthGroup(Set<String> names, HealthEndpointGroup primary) implements HealthEndpointGroup {

	@Override
	public boolean isMember(String name) {
		return this.names.contains(name);
	}

	@Override
	public boolean showComponents(SecurityContext securityContext) {
		return this.primary.showComponents(securityContext);
	}

	@Override
	public boolean showDetails(SecurityContext securityContext) {
		return this.primary.showDetails(securityContext);
	}

	@Override
	public StatusAggregator getStatusAggregator() {
		return StatusAggregator.getDefault();
	}

	@Override
	public HttpCodeStatusMapper getHttpCodeStatusMapper() {
		return HttpCodeStatusMapper.getDefault();
	}

	@Override
	public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
		return null;
	}

}
